"""One REDIS_URL (redis://, rediss:// or unix://) in the dialects of Celery and of Django's cache."""

from urllib.parse import parse_qs, urlencode, urlsplit


def broker_url(url: str) -> str:
    """kombu's spelling: it knows Unix sockets as redis+socket://…?virtual_host=N.

    It reads rediss:// as unencrypted unless the query has one of the options of TLS.
    """
    parts = urlsplit(url)
    if parts.scheme == "rediss" and "ssl_cert_reqs" not in parse_qs(parts.query):
        return parts._replace(query=f"{parts.query}&ssl_cert_reqs=required".lstrip("&")).geturl()
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?{urlencode({'virtual_host': database})}"


def cache_url(url: str) -> str:
    """redis-py's spelling; ?db= wins over a database number in the path.

    The cache has the database after the broker's: clearing it never empties the queue.
    """
    parts = urlsplit(url)
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    in_path = parts.path.strip("/") if parts.scheme != "unix" else ""
    database = int(options.get("db", in_path or "0")) + 1
    return f"{url.partition('?')[0]}?{urlencode(options | {'db': database})}"
