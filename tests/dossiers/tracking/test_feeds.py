"""A dossier in a feed reader and in a calendar: only by the address its opened page tells, and naming nobody."""

from datetime import timedelta
from uuid import uuid4
from xml.etree import ElementTree

import icalendar
import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from dossiers.events.signed_links import feed_token, is_feed_token
from dossiers.intake.submit import Submission, submit_incomplete
from dossiers.models import Dossier
from dossiers.operations.apologies.actions import Excuse, sign_apology
from dossiers.operations.finishing.actions import start_work
from dossiers.operations.pauses.actions import (
    ask_payment,
    ask_withdrawal,
    close_withdrawal,
    record_payment,
)
from dossiers.operations.supplement.actions import Defects
from dossiers.particulars.submission import SubmissionTerms
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, register
from tests.secrets import secret_of
from units.calendar.lookup import working_calendar
from units.clock.days import local_day

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
PERSON = {"name": "Đặng Thị Bích Huệ", "phone": "0912345471", "email": "hue@example.vn", "address": "Số 12 ngõ Tự Do"}
START = hanoi(2026, 3, 2, 9)


@pytest.fixture
def dossier(city):
    offering = make_offering(make_procedure("Xác nhận tình trạng hôn nhân"), city.ward)
    applicant = make_applicant(**PERSON)
    made = register(offering, city.ward_desk, at=START, applicant=applicant, terms=SubmissionTerms(delivery="desk"))
    return start_work(dossier=made, actor=None, at=START)


def address(dossier, name, prefix=""):
    return f"{prefix}/tra-cuu/{dossier.code}/{feed_token(dossier)}/{name}"


def entry(client, dossier, prefix=""):
    """The one event of the calendar, parsed."""
    answer = client.get(address(dossier, "hen-tra.ics", prefix))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    [event] = icalendar.Calendar.from_ical(answer.content).events
    assert event.errors == []
    return event


def entry_facts(event):
    return str(event["UID"]), event["SEQUENCE"], event["STATUS"], event["DTSTART"].dt


def test_the_opened_page_tells_both_addresses_and_the_locked_one_neither(client, dossier):
    page = f"/tra-cuu/{dossier.code}/"
    assert feed_token(dossier) not in client.get(page).content.decode()
    client.post(page, {"secret": secret_of(dossier)})
    links = {a["href"] for a in BeautifulSoup(client.get(page).content, "html.parser").find_all("a")}
    assert {address(dossier, "tin.xml"), address(dossier, "hen-tra.ics")} <= links


def test_a_wrong_token_and_a_wrong_code_are_404_alike(client, dossier, city):
    other = register(dossier.offering, city.ward_desk, at=START)
    strange = [
        f"/tra-cuu/{dossier.code}/{feed_token(other)}/tin.xml",
        f"/tra-cuu/{dossier.code}/{secret_of(dossier)}/hen-tra.ics",
        f"/tra-cuu/{dossier.code[:-4]}9999/{feed_token(dossier)}/tin.xml",
    ]
    assert [client.get(one).status_code for one in strange] == [404] * 3


def test_the_feed_is_the_public_log_newest_first_in_the_language_of_its_address(client, dossier, city):
    ask_payment(dossier=dossier, amount_vnd=38_000, purpose="Lý do viết tay", actor=None, at=timezone.now())
    answer = client.get(address(dossier, "tin.xml"))
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer["X-Robots-Tag"] == "noindex"
    root = ElementTree.fromstring(answer.content)
    entries = root.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}title") for one in entries] == [
        "Yêu cầu nộp nghĩa vụ tài chính",
        "Bắt đầu giải quyết",
        "Tiếp nhận hồ sơ",
    ]
    assert entries[0].findtext(f"{ATOM}summary") == f"{city.ward.name}. Số tiền: 38.000 đồng."
    assert len({one.findtext(f"{ATOM}id") for one in [root, *entries]}) == 4
    assert root.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    # RFC 4287, 4.1.1 and 4.1.2: a feed or each of its entries names an author.
    assert [one.findtext(f"{ATOM}author/{ATOM}name") for one in [root, *entries]] == [
        city.ward_desk.name,
        *[city.ward.name] * 2,
        city.ward_desk.name,
    ]
    for private in (*PERSON.values(), secret_of(dossier), "Lý do viết tay"):
        assert private not in answer.content.decode()
    english = ElementTree.fromstring(client.get(address(dossier, "tin.xml", "/en")).content)
    assert english.findall(f"{ATOM}entry")[-1].findtext(f"{ATOM}title") == "Dossier registered"
    assert english.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_who_has_it_already_gets_304_until_something_happens(client, dossier, django_assert_max_num_queries):
    for name in ("tin.xml", "hen-tra.ics"):
        first = client.get(address(dossier, name))
        by_tag = client.get(address(dossier, name), headers={"If-None-Match": first["ETag"]})
        by_time = client.get(address(dossier, name), headers={"If-Modified-Since": first["Last-Modified"]})
        assert (by_tag.status_code, by_time.status_code, by_tag.content) == (304, 304, b"")
    ask_payment(dossier=dossier, amount_vnd=1000, purpose="Lệ phí cấp giấy", actor=None, at=timezone.now())
    with django_assert_max_num_queries(4):
        assert client.get(address(dossier, name), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_due_day_is_a_whole_day_of_hanoi_with_its_place(client, dossier, city):
    event = entry(client, dossier)
    assert entry_facts(event) == (f"{dossier.code}@hen-tra.motcua", 0, "CONFIRMED", local_day(dossier.due_at))
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
    assert event["SUMMARY"] == f"Hẹn trả kết quả trước 17:00, hồ sơ {dossier.code}"
    assert event["LOCATION"] == city.ward_desk.name
    assert event["URL"].endswith(f"/tra-cuu/{dossier.code}/")
    assert "Result due by 17:00" in entry(client, dossier, "/en")["SUMMARY"]
    assert not any(private in event.to_ical().decode() for private in PERSON.values())


def test_the_number_rises_when_the_date_moves_and_only_then(client, dossier, city):
    day = local_day(dossier.due_at)
    ask_payment(dossier=dossier, amount_vnd=1000, purpose="Lệ phí cấp giấy", actor=None, at=hanoi(2026, 3, 3))
    uid, *waiting = entry_facts(entry(client, dossier))
    assert waiting == [0, "TENTATIVE", day]
    record_payment(dossier=dossier, receipt="BL 1", actor=None, at=hanoi(2026, 3, 5))
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert entry_facts(entry(client, dossier)) == (uid, 1, "CONFIRMED", local_day(dossier.due_at))
    assert local_day(dossier.due_at) > day
    excuse = Excuse(city.ward, "workload", "Hồ sơ tăng đột biến", working_calendar().nth_working_day(day, 9))
    sign_apology(dossier=dossier, excuse=excuse, actor=None, at=hanoi(2026, 3, 6))
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert entry_facts(entry(client, dossier)) == (uid, 2, "CONFIRMED", local_day(dossier.new_due_at))


def test_a_withdrawn_dossier_is_taken_out_of_the_calendar(client, dossier):
    ask_withdrawal(dossier=dossier, reason="Không còn nhu cầu nữa", actor=None, at=START)
    assert entry_facts(entry(client, dossier))[1:3] == (1, "CANCELLED")
    close_withdrawal(dossier=dossier, consequences="Không thu", papers_back="Tờ khai", actor=None, at=START)
    event = entry(client, dossier)
    assert entry_facts(event)[1:3] == (1, "CANCELLED")
    assert "Đã rút" in event["SUMMARY"]


def test_a_dossier_without_a_date_has_a_feed_and_no_calendar(client, dossier, city):
    handed = Submission(uuid4(), city.ward_desk, dossier.offering, make_applicant(**PERSON))
    submitted = submit_incomplete(
        handed_in=handed, defects=Defects(["missing"], "Thiếu tờ khai"), actor=None, at=START
    )
    assert client.get(address(submitted, "hen-tra.ics")).status_code == 404
    assert client.get(address(submitted, "tin.xml")).status_code == 200


def test_an_old_key_still_opens_the_addresses_it_made(dossier, settings):
    token = feed_token(dossier)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new" * 20
    assert is_feed_token(token, dossier)
    assert feed_token(dossier) != token
    settings.SECRET_KEY_FALLBACKS = []
    assert not is_feed_token(token, dossier)
