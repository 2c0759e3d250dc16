"""SMS by a gateway over HTTP: one POST of JSON, answered by 2xx and {"id": "…"}.

A repeat carries the same Idempotency-Key, by which the gateway drops it; so a lost answer is simply asked for again.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final

import httpx
from django.conf import settings

from notices.sending.channels.contract import Message, Refused, TryAgain, Unsure
from notices.sending_hours import asked_wait

LONGEST_ANSWER: Final = 10_000
"""Bytes; no gateway has more to say."""

_LATER: Final = frozenset({408, 425, 429})


def send(message: Message) -> None:
    try:
        answer, body = _asked(message)
    except TimeoutError as slow:
        raise TryAgain("Timeout") from slow
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        raise TryAgain(type(trouble).__name__) from trouble
    _judge(answer, body, message.at)


def _asked(message: Message) -> tuple[httpx.Response, bytes]:
    """In a thread of its own: the caller's may have a loop already, and a thread has but one."""
    with ThreadPoolExecutor(max_workers=1) as line:
        return line.submit(lambda: asyncio.run(_ask(message))).result()


async def _ask(message: Message) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as far as one letter past the limit. The whole wait is bounded, however slowly the
    bytes drip in; only a loop that can be cancelled gives that."""
    limits = httpx.Timeout(settings.SMS_READ_SECONDS, connect=settings.SMS_CONNECT_SECONDS)
    headers = {
        "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}",
        "Idempotency-Key": message.key,
        "Accept-Encoding": "identity",
    }
    message_json = {"from": settings.SMS_SENDER, "to": message.to, "text": message.text}
    async with (
        asyncio.timeout(settings.SMS_TOTAL_SECONDS),
        httpx.AsyncClient(timeout=limits, trust_env=False) as line,
        line.stream("POST", settings.SMS_GATEWAY_URL, json=message_json, headers=headers) as answer,
    ):
        return answer, await _read(answer)


async def _read(answer: httpx.Response) -> bytes:
    body = b""
    async for piece in answer.aiter_raw(LONGEST_ANSWER + 1):
        body += piece
        if len(body) > LONGEST_ANSWER:
            break
    return body


def _judge(answer: httpx.Response, body: bytes, at: datetime) -> None:
    """Raises Unsure for a success that does not read like one: repeating it ten times would help nobody."""
    status = answer.status_code
    if status >= 500 or status in _LATER:
        raise TryAgain(f"HTTP {status}", asked_wait(answer.headers.get("Retry-After", ""), at))
    if not answer.is_success:
        raise Refused(f"HTTP {status}")
    if not _has_id(answer.headers.get("Content-Type", ""), body):
        raise Unsure(f"HTTP {status}, answer not understood")


def _has_id(content_type: str, body: bytes) -> bool:
    if content_type.partition(";")[0].strip().lower() != "application/json" or len(body) > LONGEST_ANSWER:
        return False
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(answer, dict) and "error" not in answer and isinstance(answer.get("id"), str) and answer["id"] != ""
    )
