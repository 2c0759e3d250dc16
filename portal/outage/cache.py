"""A Redis cache that acts as an empty cache while Redis is down, so that pages still work."""

import functools
import logging
import time
from collections.abc import Callable
from typing import Any, Final

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from portal.outage.breaker import breaker_of

logger = logging.getLogger(__name__)

_LOG_AGAIN_AFTER: Final = 60.0  # seconds between two log lines about the same outage
_last_logged = -_LOG_AGAIN_AFTER


def _log_loss() -> None:
    global _last_logged
    if time.monotonic() - _last_logged >= _LOG_AGAIN_AFTER:
        _last_logged = time.monotonic()
        logger.warning("cache_lost")


def _tolerant(answer: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """While the server is away, give `answer(*arguments)` instead of raising.

    A server that hangs costs one time-out; then nobody asks it for some seconds. One that refuses connections answers
    at once and is asked every time.
    """

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def wrapped(client: "TolerantClient", *args: Any, **kwargs: Any) -> Any:
            breaker = breaker_of(client.address)
            if not breaker.may_ask():
                return answer(*args, **kwargs)
            try:
                given = method(client, *args, **kwargs)
            except redis.ConnectionError:
                _log_loss()
                return answer(*args, **kwargs)
            except redis.TimeoutError:
                breaker.failed()
                _log_loss()
                return answer(*args, **kwargs)
            breaker.answered()
            return given

        return wrapped

    return decorate


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _yes(*_: Any, **__: Any) -> bool:
    return True


def _no(*_: Any, **__: Any) -> bool:
    return False


class TolerantClient(RedisCacheClient):
    """An empty cache while the server is away.

    `add` then returns True, so that callers who use it as a lock (allauth's rate limits) do not wait for ever. Rate
    limits may therefore rely on the cache, but nothing that must be exact.
    """

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self.address = servers[0]

    get = _tolerant(lambda key, default: default)(RedisCacheClient.get)
    get_many = _tolerant(lambda keys: {})(RedisCacheClient.get_many)
    has_key = _tolerant(_no)(RedisCacheClient.has_key)
    add = _tolerant(_yes)(RedisCacheClient.add)
    set = _tolerant(_nothing)(RedisCacheClient.set)
    set_many = _tolerant(_nothing)(RedisCacheClient.set_many)
    touch = _tolerant(_no)(RedisCacheClient.touch)
    delete = _tolerant(_no)(RedisCacheClient.delete)
    delete_many = _tolerant(_nothing)(RedisCacheClient.delete_many)
    incr = _tolerant(lambda key, delta: delta)(RedisCacheClient.incr)
    clear = _tolerant(_no)(RedisCacheClient.clear)


class TolerantRedisCache(RedisCache):
    """Django's Redis cache, with the client above."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = TolerantClient
