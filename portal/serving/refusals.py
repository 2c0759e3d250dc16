"""Answers of the gateway itself to requests that get no thread: one sentence, in both languages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

Headers = list[tuple[str, str]]

RETRY_AFTER: Final = 5  # seconds
PLAIN: Final = ("content-type", "text/plain; charset=utf-8")

RETRIED: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})

SENTENCES: Final = {
    HTTPStatus.BAD_REQUEST: ("Yêu cầu không hợp lệ.", "The request is not valid."),
    HTTPStatus.REQUEST_TIMEOUT: (
        "Đường truyền quá chậm nên nội dung chưa đến đủ; chưa có gì được ghi nhận. Xin quay lại và gửi lần nữa.",
        "The connection was too slow and not everything arrived; nothing was recorded. Please go back and send again.",
    ),
    HTTPStatus.LENGTH_REQUIRED: (
        "Yêu cầu phải ghi độ dài nội dung (Content-Length).",
        "The request must give the length of its body (Content-Length).",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "Địa chỉ này đang gửi dở quá nhiều nội dung; chưa có gì được ghi nhận. Xin quay lại và gửi lần nữa.",
        "Too much is being sent from this address at once; nothing was recorded. Please go back and send again.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "Hệ thống gặp lỗi. Xin thử lại sau ít phút.",
        "Something went wrong. Please try again in a few minutes.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "Cổng đang quá tải; chưa có gì được ghi nhận. Xin tải lại trang sau vài giây.",
        "The portal is overloaded; nothing was recorded. Please reload the page in a few seconds.",
    ),
}


class Refused(Exception):
    """The request gets no thread; `status` says why. None: the client has disconnected."""

    def __init__(self, status: HTTPStatus | None) -> None:
        self.status = status


def refusal(status: HTTPStatus, request_id: str) -> tuple[int, Headers, bytes]:
    """Status, headers and body."""
    headers = [
        PLAIN,
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-request-id", request_id),
    ]
    if status in RETRIED:
        headers.append(("retry-after", str(RETRY_AFTER)))
    return status.value, headers, "\n\n".join((*SENTENCES[status], request_id, "")).encode()
