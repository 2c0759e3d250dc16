"""The pages of messages that were put aside: who sees which, and what becomes of them there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.clock.states import Kind
from complaints.models import Case, CaseFile, CaseText, Mail, MailReading, Reporter
from notices.models import Notice
from tests.complaints.cases import make_inspector, received
from tests.complaints.intake.mailbox.post_office import (
    BROKEN_TREE,
    DENOUNCES,
    WORDS,
    attach,
    letter,
    packed,
    page_only,
    taken,
)
from tests.factories import City, make_user
from tests.files.samples import photograph

pytestmark = pytest.mark.django_db
LIST = "/can-bo/phan-anh/thu/"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(mail: Mail) -> str:
    return f"{LIST}{mail.pk}/"


@pytest.fixture
def clerk(writable: City) -> User:
    return make_user("clerk", writable.district)


def test_what_can_be_read_is_for_the_office_and_what_may_be_a_secret_for_inspectors(writable, clerk) -> None:
    plain, secret = taken(page_only()), taken(BROKEN_TREE)
    inspector = make_inspector(writable.district)
    listed = as_(clerk).get(LIST).content.decode()
    assert (page(plain) in listed, page(secret) in listed) == (True, False)
    assert (as_(clerk).get(page(secret)).status_code, as_(clerk).get(f"{page(secret)}nguyen-ban/").status_code) == (
        404,
        404,
    )
    assert page(secret) in as_(inspector).get(LIST).content.decode()
    assert as_(make_user("clerk", writable.other_ward)).get(page(plain)).status_code == 404


def test_the_list_names_nobody_and_each_opening_is_written_down_first(writable, clerk) -> None:
    mail = taken(page_only())
    listed = as_(clerk).get(LIST).content.decode()
    assert not any(word in listed for word in ("thuha", "Thu Hà", "Đèn đường"))
    opened = as_(clerk).get(page(mail)).content.decode()
    assert all(word in opened for word in ("thuha@example.test", WORDS, "Chỉ có dạng trang web"))
    whole = as_(clerk).get(f"{page(mail)}nguyen-ban/")
    assert (whole["Content-Type"], whole["Content-Disposition"][:10]) == ("application/octet-stream", "attachment")
    readings = MailReading.objects.order_by("pk").values_list("user", "mail", "is_whole")
    assert list(readings) == [(clerk.pk, mail.pk, False), (clerk.pk, mail.pk, True)]


def test_a_person_makes_it_a_case_with_the_files_that_are_fit(writable, clerk) -> None:
    message = attach(attach(letter(), photograph(), "ảnh.jpg", "image/jpeg"), packed(), "anh.zip")
    mail = taken(message)
    sent = {"doing": "lap", "category": "den-duong", "content": WORDS, "subject": "Đèn hỏng", "name": "Hà"}
    answer = as_(clerk).post(page(mail), sent | {"email": "thuha@example.test"})
    case = Case.objects.get()
    mail.refresh_from_db()
    assert (answer["Location"], mail.fate, mail.case) == (case.get_absolute_url(), "case", case)
    assert (case.channel, case.kind, case.registered_by) == ("email", "field_report", clerk)
    assert [one.stored.name for one in CaseFile.objects.filter(case=case)] == ["ảnh.jpg"]
    assert "anh.zip" in CaseText.objects.get(case=case, sort="note").text
    notice = Notice.objects.get(subject=case.code)
    assert (notice.email, notice.context["in_reply_to"]) == ("thuha@example.test", message["Message-ID"])
    assert as_(clerk).get(page(mail)).status_code == 404


def test_a_person_adds_it_to_a_case_they_work_on_and_to_no_other(writable, clerk) -> None:
    case, elsewhere = taken(letter()).case, received(writable.ward)
    make_inspector(writable.district)
    sealed = received(writable.district, Kind.DENUNCIATION)
    mail = taken(attach(letter("Gửi thêm ảnh cột đèn số 45.", subject=f"Re: {case.code}"), packed(), "anh.zip"))
    assert case.code in as_(clerk).get(page(mail)).content.decode().split('id="them"')[1]
    sent = {"doing": "them", "words": "Gửi thêm ảnh cột đèn số 45."}
    other = as_(make_user("clerk", writable.district_desk))
    assert other.get(page(mail)).status_code == 404
    for code in (sealed.code, "PA.H99-260706-000007"):
        refused = as_(clerk).post(page(mail), sent | {"code": code})
        assert (refused.status_code, "Không có vụ việc này" in refused.content.decode()) == (422, True)
    assert as_(clerk).post(page(mail), sent | {"code": case.code})["Location"] == case.get_absolute_url()
    assert CaseText.objects.get(case=case, sort="supplement").text == sent["words"]
    mail.refresh_from_db()
    assert (mail.fate, mail.case, elsewhere.mails.count()) == ("thread", case, 0)


def test_what_a_clerk_takes_for_a_denunciation_is_sealed_from_them(writable, clerk) -> None:
    make_inspector(writable.district)
    mail = taken(page_only())
    sent = {"doing": "lap", "category": "vi-pham", "content": DENOUNCES, "email": "thuha@example.test"}
    assert as_(clerk).post(page(mail), sent)["Location"] == LIST
    mail.refresh_from_db()
    assert (mail.case.is_sealed, mail.sender, mail.message_id) == (True, "", "")
    assert not Reporter.objects.exists()
    assert not Notice.objects.exists()


def test_dismissing_needs_a_reason_in_words_and_loses_nothing_typed(writable, clerk) -> None:
    mail = taken(page_only())
    wrong = as_(clerk).post(page(mail), {"doing": "bo", "reason": "rác"})
    assert (wrong.status_code, "rác</textarea>" in wrong.content.decode()) == (422, True)
    missing = as_(clerk).post(page(mail), {"doing": "lap", "content": WORDS})
    assert (missing.status_code, "Hãy chọn một lĩnh vực." in missing.content.decode()) == (422, True)
    as_(clerk).post(page(mail), {"doing": "bo", "reason": "Thư quảng cáo, không nêu việc gì."})
    mail.refresh_from_db()
    assert (mail.fate, mail.closed_by, mail.raw is not None) == ("dismissed", clerk, True)


def test_the_list_costs_the_same_however_long_it_is(writable, clerk) -> None:
    client = as_(clerk)
    taken(page_only())
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(LIST)
    for _more in range(4):
        message = page_only()
        del message["Message-ID"]
        message["Message-ID"] = f"<{_more}@example.test>"
        taken(message)
    with CaptureQueriesContext(connection) as five:
        client.get(LIST)
    assert len(one) == len(five) <= 6
