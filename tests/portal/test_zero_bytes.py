"""A zero byte, which no text in PostgreSQL can hold, is a bad request wherever it is sent."""

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
def test_a_program_is_told_in_json(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
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


def test_what_has_no_zero_byte_passes() -> None:
    assert Client().get("/thu-tuc/?q=khai+sinh").status_code == 200
