"""Uploads while they arrive: read no further than their limits."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT

from files.uploads.handler import stopped

MB = 1_000_000


class Wire(BytesIO):
    """A connection that counts how much was taken from it, and never ends."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size > 0
        sent = super().read(size)
        sent += b"x" * (size - len(sent))
        self.taken += len(sent)
        return sent


def part(name: str, content: bytes, filename: str = "") -> bytes:
    named = f'; filename="{filename}"' if filename else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


Post = Callable[..., WSGIRequest]


@pytest.fixture
def post() -> Iterator[Post]:
    """`post(body, length=…, wire=…)` gives a request, which is closed at the end as a server does."""
    made: list[WSGIRequest] = []

    def fresh(body: bytes, length: int = 0, wire: BytesIO | None = None) -> WSGIRequest:
        sent = {"CONTENT_LENGTH": str(length or len(body)), "CONTENT_TYPE": MULTIPART_CONTENT}
        made.append(WSGIRequest(RequestFactory().post("/").environ | sent | {"wsgi.input": wire or BytesIO(body)}))
        return made[-1]

    yield fresh
    for request in made:
        request.close()


@pytest.fixture(autouse=True)
def _small_limits(settings) -> Iterator[None]:
    settings.MAX_UPLOAD_MB, settings.MAX_REQUEST_MB = 1, 3
    return


def test_an_upload_goes_to_disk_however_small_it_is(post):
    request = post(part("uploads", b"abc", "a.pdf") + f"--{BOUNDARY}--\r\n".encode())
    assert isinstance(request.FILES["uploads"], TemporaryUploadedFile)
    assert stopped(request) == []


def test_a_request_that_says_it_is_too_long_is_hardly_read_and_its_fields_are_there(post):
    wire = Wire(part("paper", b"don") + part("uploads", b"", "phim.mp4").removesuffix(b"\r\n"))
    request = post(b"", 500 * MB, wire)
    assert request.POST["paper"] == "don"
    assert not request.FILES
    assert stopped(request) == [
        "Các tệp gửi một lần cộng lại lớn quá 3 MB, máy chủ không nhận. Hãy chọn lại, gửi ít tệp hơn mỗi lần."
    ]
    assert wire.taken < MB


def test_a_file_past_its_limit_is_let_go_and_the_next_one_is_taken(post):
    request = post(
        part("uploads", bytes(MB + 1), "lon.pdf")
        + part("uploads", b"abc", "vua.pdf")
        + part("paper", b"don")
        + f"--{BOUNDARY}--\r\n".encode()
    )
    assert [sent.name for sent in request.FILES.getlist("uploads")] == ["vua.pdf"]
    assert request.POST["paper"] == "don"
    (fault,) = stopped(request)
    assert fault.startswith("“lon.pdf”: tệp lớn quá 1 MB.")


def test_files_beyond_the_number_allowed_are_let_go_with_one_sentence(post, settings):
    settings.MAX_UPLOADS = 2
    files = b"".join(part("uploads", b"abc", f"{n}.pdf") for n in range(5))
    request = post(files + part("paper", b"don") + f"--{BOUNDARY}--\r\n".encode())
    assert [sent.read() for sent in request.FILES.getlist("uploads")] == [b"abc", b"abc"]
    assert request.POST["paper"] == "don"
    (fault,) = stopped(request)
    assert fault.startswith("Mỗi lần gửi nhiều nhất 2 tệp.")
