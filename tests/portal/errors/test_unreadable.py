"""What cannot be read at all: a zero byte, which no text in PostgreSQL can hold, and forms beyond the limits."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.factories import make_units, make_user

pytestmark = pytest.mark.django_db


def of_a_clerk() -> Client:
    client = Client()
    client.force_login(make_user("clerk", make_units().ward_desk))
    return client


@pytest.mark.parametrize("path", ["/thu-tuc/%00/", "/thu-tuc/?q=%00", "/thu-tuc/?%00=1", "/tra-cuu/%00/"])
def test_a_visitors_zero_byte_gets_the_portals_page_for_bad_requests(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 400
    assert "portal.css" in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/can-bo/ho-so/%00/", "/can-bo/hang-doi/?q=a%00b", "/can-bo/hang-doi/?trang-thai=%00", "/can-bo/%00/"]
)
def test_a_clerks_zero_byte_is_a_bad_request(path: str) -> None:
    assert of_a_clerk().get(path).status_code == 400


@pytest.mark.parametrize("path", ["/api/v1/procedures/%00/", "/api/v1/procedures/?search=%00"])
def test_a_program_is_shown_in_json(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["detail"]


@pytest.mark.parametrize("sent", [{"login": "a\0", "password": "b"}, {"login": "a", "password": "b", "c\0": ""}])
@pytest.mark.parametrize("shape", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_with_a_zero_byte_is_a_bad_request(sent: dict[str, str], shape: str) -> None:
    if shape.startswith("multipart"):
        answer = Client().post("/can-bo/dang-nhap/", sent)
    else:
        body = "&".join(f"{name}={text}" for name, text in sent.items()).replace("\0", "%00")
        answer = Client().post("/can-bo/dang-nhap/", body, content_type=shape)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "words"),
    [("/can-bo/dang-nhap/", "Nội dung gửi lên quá lớn"), ("/en/can-bo/dang-nhap/", "What you sent is too large")],
)
@pytest.mark.parametrize(
    "sent", [{"login": "a" * 2_600_000}, {f"f{n}": "" for n in range(1001)}], ids=["long", "many"]
)
@pytest.mark.parametrize("shape", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_too_large_to_be_read_gets_the_portals_page_in_the_readers_language(path, words, sent, shape) -> None:
    body = sent if shape.startswith("multipart") else urlencode(sent)
    asked = {} if shape.startswith("multipart") else {"content_type": shape}
    answer = Client(enforce_csrf_checks=True, raise_request_exception=False).post(path, body, **asked)
    page = answer.content.decode()
    assert answer.status_code == 413
    assert words in page
    assert "portal.css" in page


@pytest.mark.parametrize(
    ("path", "words"), [("/tra-cuu/%00/", "Yêu cầu không"), ("/en/tra-cuu/%00/", "Invalid request")]
)
def test_a_zero_byte_is_answered_in_the_readers_language(path: str, words: str) -> None:
    assert words in Client().get(path).content.decode()


def test_what_has_no_zero_byte_passes() -> None:
    assert Client().get("/thu-tuc/?q=khai+sinh").status_code == 200
