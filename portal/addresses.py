"""Addresses of servers whose password is given apart from them."""

from urllib.parse import quote, urlsplit


def with_password(url: str, password: str) -> str:
    """`url` with `password` in place of its own; `url` itself where either is empty."""
    if not (url and password):
        return url
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return parts._replace(netloc=f"{name}:{quote(password, safe='')}@{host}").geturl()
