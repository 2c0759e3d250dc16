"""Every failure answers in the portal's own look."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.errors.views import FORM

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.urls_for_errors")]


@pytest.mark.parametrize("status", [400, 403, 404, 422, 429, 500])
def test_each_error_has_its_page_with_a_reference_in_the_portals_look(status):
    answer = Client(raise_request_exception=False).get(f"/{status}/", headers={"X-Request-ID": "ref-12345678"})
    page = answer.content.decode()
    assert answer.status_code == status
    assert "ref-12345678" in page
    assert "portal.css" in page
    assert '<html lang="vi"' in page
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_page_of_an_unexpected_error_asks_nothing_of_the_database():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert Client(raise_request_exception=False).get("/500/").status_code == 500
    assert len(queries) == 0


def test_a_broken_rule_is_shown_in_its_own_words():
    assert "Hồ sơ đã trả" in Client().get("/422/").content.decode()


def test_a_broken_rule_answers_409_to_a_program():
    answer = Client().get("/api/rule/")
    assert (answer.status_code, answer.json()) == (409, {"detail": "Hồ sơ đã trả"})


def test_a_program_at_an_address_that_is_none_is_told_of_a_problem():
    answer = Client().get("/api/v1/khong-co/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "Địa chỉ này không có."


def test_a_forged_host_gets_the_page_for_bad_requests():
    assert Client().get("/", headers={"Host": "evil.example"}).status_code == 400


def test_a_form_without_its_token_gets_the_page_for_forbidden():
    answer = Client(enforce_csrf_checks=True).post("/danh-gia/", {"code": "1"})
    assert answer.status_code == 403
    assert "portal.css" in answer.content.decode()


@pytest.mark.urls("portal.urls")
@pytest.mark.parametrize("path", ["/can-bo/dang-nhap/", "/phan-anh/", "/open311/v2/requests.json"])
def test_a_form_that_is_too_long_is_not_read_and_its_page_says_how_much_may_be_sent(path, settings):
    words = "Nhà ông bà ở phố Bạch Mai, ngõ nhỏ, nước ngập. " * 425  # 20,000 letters
    sent = {"content": words, "answer": words}
    stored = Client().post(path, urlencode(sent), content_type=FORM)
    assert stored.status_code not in {413, 500}
    with CaptureQueriesContext(connection) as queries:
        answer = Client().post(path, urlencode(sent | {"more": "ộ" * 25_000}), content_type=FORM)
    assert (answer.status_code, len(queries)) == (413, 0)
    assert "không được quá 293" in answer.content.decode()
    assert "Bấm nút quay lại" in answer.content.decode()


@pytest.mark.urls("portal.urls")
def test_more_fields_than_any_form_has_are_refused_with_the_same_page():
    answer = Client().post("/can-bo/dang-nhap/", urlencode([("a", "1")] * 1_001), content_type=FORM)
    assert answer.status_code == 413
    assert "Nội dung gửi lên quá lớn" in answer.content.decode()
