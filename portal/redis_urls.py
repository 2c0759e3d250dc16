"""One REDIS_URL (redis://, rediss:// or unix://) in the dialects of Celery and of Django's cache."""

from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

CACHE_DATABASE: Final = "1"  # apart from the broker's, so that clearing the cache never empties the queue


def broker_url(url: str) -> str:
    """kombu's spelling: it knows Unix sockets as redis+socket://…?virtual_host=N."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?{urlencode({'virtual_host': database})}"


def cache_url(url: str) -> str:
    """redis-py's spelling; ?db= wins over a database number in the path."""
    address, _, query = url.partition("?")
    options = {name: values[0] for name, values in parse_qs(query).items()} | {"db": CACHE_DATABASE}
    return f"{address}?{urlencode(options)}"
