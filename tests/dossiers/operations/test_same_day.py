"""Procedures answered the same day: at once over the counter, and the longer term of many copies."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from dossiers.clock.states import Status
from dossiers.intake.serve_at_once import serve_at_once
from dossiers.intake.submit import Submission, submit_dossier
from dossiers.models import Dossier, ResultRecord, Slip
from dossiers.operations.finishing.actions import Receiver, Result
from dossiers.operations.finishing.same_day import extend_bulk_copies, give_instant_result
from notices.models import Notice
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, make_user, register
from units.models import CalendarDay
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
FRIDAY = hanoi(2026, 3, 6, 14)
SERVED = hanoi(2026, 3, 6, 14, 6)
SOON = hanoi(2026, 3, 6, 14, 30)
RECEIVER = Receiver("Nguyễn Thị Phượng", "desk", identity_checked=True)
RESULT = Result("15/SCT", date(2026, 3, 6))
REASON = "Hơn hai trăm bản sao cần chứng thực"


@pytest.fixture
def offering(city):
    """Certification: the same day, or the next working day for what comes after 15:00."""
    return make_offering(make_procedure("Chứng thực", term_amount=0, term_unit="same_day"), city.ward)


def served(city, offering, *, key=None, receiver=RECEIVER, received_at=FRIDAY, at=SERVED):
    return serve_at_once(
        request_key=key or uuid4(),
        desk=city.ward_desk,
        offering=offering,
        applicant=make_applicant(),
        papers=[],
        result=RESULT,
        receiver=receiver,
        actor=None,
        received_at=received_at,
        at=at,
    )


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (hanoi(2026, 3, 6, 15), hanoi(2026, 3, 6, 17)),
        (hanoi(2026, 3, 6, 15, 0, 1), hanoi(2026, 3, 9, 17)),
        (hanoi(2026, 3, 6, 16, 45), hanoi(2026, 3, 9, 17)),
        (hanoi(2026, 2, 13, 15, 30), hanoi(2026, 2, 23, 17)),
    ],
)
def test_rule_7_a_same_day_procedure_after_15_is_due_the_next_working_day(city, offering, received, due):
    for day in (16, 17, 18, 19, 20):
        CalendarDay.objects.create(day=date(2026, 2, day), kind="holiday", reason="Tết", source="Thử")
    assert register(offering, city.ward_desk, at=received).due_at == due


def extended(dossier, days=2, at=SOON, reason=REASON):
    return extend_bulk_copies(dossier=dossier, working_days=days, reason=reason, actor=None, at=at)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (FRIDAY, 2, hanoi(2026, 3, 10, 17)),
        (FRIDAY, 1, hanoi(2026, 3, 9, 17)),
        (hanoi(2026, 3, 6, 16, 45), 2, hanoi(2026, 3, 11, 17)),
    ],
)
def test_rule_7_many_copies_get_two_working_days_more_for_a_reason(city, offering, received, days, due):
    dossier = register(offering, city.ward_desk, at=received)
    longer = extended(dossier, days, at=hanoi(2026, 3, 6, 16, 50))
    assert (longer.due_at, longer.statutory_due_at, longer.received_at) == (due, due, received)
    assert dossier.events.last().reason == REASON
    assert Notice.objects.latest("id").kind == "extended"
    assert_row_is_what_its_events_say(dossier)


def test_a_longer_term_comes_with_a_new_version_of_the_slip(city, offering):
    dossier = register(offering, city.ward_desk, at=FRIDAY)
    extended(dossier)
    old, new = Slip.objects.filter(form="receipt").order_by("version")
    assert old.replaced_at == SOON
    assert (old.number, old.version) == (new.number, new.version - 1)
    assert (old.data["due"], new.data["due"]) == ("17:00 Thứ Sáu, 06/03/2026", "17:00 Thứ Ba, 10/03/2026")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": "Nhiều"}, "lý do"),
        ({"days": 3}, "nhiều nhất 2"),
        ({"days": 0}, "nhiều nhất 2"),
        ({"at": hanoi(2026, 3, 6, 17, 0, 1)}, "còn trong hạn"),
    ],
)
def test_rule_7_nothing_longer_without_a_reason_beyond_two_days_or_after_the_due_time(city, offering, change, message):
    dossier = register(offering, city.ward_desk, at=FRIDAY)
    with pytest.raises(RuleBroken, match=message):
        extended(dossier, **change)
    assert (dossier.events.count(), Slip.objects.count()) == (1, 0)
    assert Dossier.objects.get(pk=dossier.pk).due_at == hanoi(2026, 3, 6, 17)


def test_the_term_is_made_longer_once_and_only_where_the_law_says_the_same_day(city, offering):
    dossier = register(offering, city.ward_desk, at=FRIDAY)
    extended(dossier, 1)
    with pytest.raises(RuleBroken, match="trả trong ngày"):
        extended(dossier, 2)
    promised = make_offering(make_procedure(), city.ward, committed_amount=0, committed_unit="same_day")
    with pytest.raises(RuleBroken, match="trả trong ngày"):
        extended(register(promised, city.ward_desk, at=FRIDAY))


def test_rule_8_a_result_given_at_once_leaves_a_record_with_receipt_and_finish_and_no_slip(city, offering):
    dossier = Dossier.objects.get(pk=served(city, offering).pk)
    assert (dossier.received_at, dossier.finished_at) == (FRIDAY, SERVED)
    assert (dossier.state, dossier.returned_at, dossier.outcome) == (Status.RETURNED, dossier.finished_at, "granted")
    assert dossier.book_number == 1
    assert ResultRecord.objects.get(dossier=dossier).number == "15/SCT"
    assert not Slip.objects.exists()
    assert [event.kind for event in dossier.events.in_order()] == ["registered", "started", "finished", "returned"]
    assert_row_is_what_its_events_say(dossier)


def test_rule_8_nothing_is_closed_without_a_record(city, offering):
    """Neither without a receiver nor before acceptance: then there is no dossier at all, or it stays where it is."""
    with pytest.raises(RuleBroken) as broken:
        served(city, offering, receiver=Receiver("", "desk"))
    assert broken.value.field == "receiver_name"
    assert not Dossier.objects.exists()
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant())
    waiting = submit_dossier(handed_in=handed_in, actor=None, at=FRIDAY)
    with pytest.raises(RuleBroken):
        give_instant_result(dossier=waiting, result=RESULT, receiver=RECEIVER, actor=None, at=FRIDAY)
    assert Dossier.objects.get(pk=waiting.pk).state is Status.SUBMITTED


def test_the_same_form_sent_twice_serves_once(city, offering):
    key = uuid4()
    assert served(city, offering, key=key) == served(city, offering, key=key)
    assert ResultRecord.objects.count() == 1


def test_only_what_is_promised_for_the_same_day_is_given_at_once(city):
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=FRIDAY)
    with pytest.raises(RuleBroken, match="trong ngày"):
        give_instant_result(dossier=dossier, result=RESULT, receiver=RECEIVER, actor=None, at=FRIDAY)
    assert dossier.events.count() == 1


def test_what_is_late_already_is_not_given_at_once_as_if_nothing_had_happened(city, offering):
    with pytest.raises(RuleBroken, match="quá giờ hẹn"):
        served(city, offering, at=hanoi(2026, 3, 9))
    assert not Dossier.objects.exists()


def test_one_screen_at_the_counter_ends_what_was_just_taken_in(client, city, offering):
    client.force_login(make_user("clerk", city.ward_desk))
    dossier = register(offering, city.ward_desk, at=timezone.now())
    url = f"/can-bo/ho-so/{dossier.code}/viec/tra-ngay/"
    assert 'value="Nguyễn Thị Phượng"' in client.get(url).content.decode()
    typed = {"number": "16/SCT", "receiver_name": "Nguyễn Thị Phượng", "method": "desk"}
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert "đối chiếu giấy tờ" in answer.content.decode()
    assert client.post(url, typed | {"identity_checked": "on"}).status_code == 302
    stored = Dossier.objects.get(pk=dossier.pk)
    assert (stored.state, stored.result_record.number) == (Status.RETURNED, "16/SCT")


def test_an_ordinary_dossier_has_no_such_screen(client, city):
    client.force_login(make_user("clerk", city.ward_desk))
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now())
    for slug in ("tra-ngay", "keo-dai"):
        assert client.get(f"/can-bo/ho-so/{dossier.code}/viec/{slug}/").status_code == 302


def test_the_longer_term_is_asked_for_on_a_page(client, city, offering):
    client.force_login(make_user("clerk", city.ward_desk))
    dossier = register(offering, city.ward_desk, at=timezone.now())
    url = f"/can-bo/ho-so/{dossier.code}/viec/keo-dai/"
    assert client.post(url, {"working_days": "3", "reason": REASON}).status_code == 422
    assert client.post(url, {"working_days": "2", "reason": REASON}).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).due_at > dossier.due_at
