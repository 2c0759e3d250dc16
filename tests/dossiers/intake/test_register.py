"""Taking a dossier in, or refusing it. Numbers in names are those of the thirty rules of the field."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from dossiers.clock.replay import CACHED
from dossiers.clock.states import Outcome, Status
from dossiers.events.record import history_of
from dossiers.intake.submit import Submission, refuse_at_desk
from dossiers.models import Dossier, StaleDay
from dossiers.particulars.submission import TakenPaper
from notices.models import Notice
from tests.factories import (
    SINCE,
    due_set,
    hanoi,
    make_applicant,
    make_offering,
    make_procedure,
    make_units,
    make_version,
    register,
)
from units.models import CodeTemplate, DayCounter
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9, 10)


def assert_row_is_what_its_events_say(dossier):
    stored = Dossier.objects.get(pk=dossier.pk)
    state = history_of(stored).state
    assert {name: getattr(stored, name) for name in CACHED} == {name: getattr(state, name) for name in CACHED}


def test_a_dossier_comes_with_its_event_notice_papers_and_mark(city, offering):
    applicant = make_applicant(email="phuong@example.vn")
    papers = [TakenPaper("Tờ khai", originals=1), TakenPaper("Căn cước", copies=2)]
    dossier = register(offering, city.ward_desk, at=MONDAY, applicant=applicant, papers=papers)

    assert dossier.state is Status.ACCEPTED
    assert dossier.holder == city.ward_desk
    assert dossier.due_at == hanoi(2026, 3, 9, 17)
    assert dossier.derivation["rule"] == "working_days"
    assert [event.kind for event in dossier.events.all()] == ["registered"]
    assert [(p.position, p.name, p.copies) for p in dossier.documents.all()] == [(1, "Tờ khai", 0), (2, "Căn cước", 2)]
    assert list(StaleDay.objects.values_list("unit", "day")) == [(city.ward.pk, date(2026, 3, 2))]
    notice = Notice.objects.get(subject=dossier.code)
    assert (notice.kind, notice.email, notice.sent_at) == ("registered", "phuong@example.vn", None)
    assert "Phượng" not in str(notice.context)
    assert_row_is_what_its_events_say(dossier)


def test_22_codes_count_up_within_the_day_and_begin_anew_the_next(city, offering):
    prefix = CodeTemplate.objects.get(unit=city.ward_desk).prefix
    codes = [register(offering, city.ward_desk, at=hanoi(2026, 7, 21, 9, n)).code for n in range(3)]
    codes.append(register(offering, city.ward_desk, at=hanoi(2026, 7, 22, 8)).code)
    assert codes == [
        f"{prefix}-260721-0001",
        f"{prefix}-260721-0002",
        f"{prefix}-260721-0003",
        f"{prefix}-260722-0001",
    ]


def test_22_a_registration_that_fails_leaves_no_gap_and_no_trace(city, offering):
    register(offering, city.ward_desk, at=MONDAY)
    too_long = [TakenPaper("x" * 501)]
    with pytest.raises(Exception, match="too long"), transaction.atomic():
        register(offering, city.ward_desk, at=MONDAY, papers=too_long)
    assert register(offering, city.ward_desk, at=MONDAY).code.endswith("-0002")
    assert (Dossier.objects.count(), Notice.objects.count(), StaleDay.objects.count()) == (2, 2, 2)


def test_the_same_form_sent_twice_is_one_dossier(city, offering):
    key = uuid4()
    first = register(offering, city.ward_desk, at=MONDAY, request_key=key)
    again = register(offering, city.ward_desk, at=hanoi(2026, 3, 3), request_key=key)
    assert first == again
    assert first.code == again.code
    assert Notice.objects.count() == 1


def test_the_same_form_at_another_desk_is_refused(city, offering):
    key = uuid4()
    register(offering, city.ward_desk, at=MONDAY, request_key=key)
    elsewhere = make_offering(make_procedure(), city.other_ward)
    with pytest.raises(RuleBroken, match="Phiếu nhập này"):
        register(elsewhere, city.other_desk, at=MONDAY, request_key=key)


@pytest.mark.parametrize("changed", [{"name": "Trần Văn Khác"}, {"id_number": "001187004522"}])
def test_the_same_form_for_another_person_is_refused_and_names_the_earlier_dossier(city, offering, changed):
    key = uuid4()
    first = register(offering, city.ward_desk, at=MONDAY, request_key=key)
    with pytest.raises(RuleBroken, match=first.code) as broken:
        register(offering, city.ward_desk, at=MONDAY, request_key=key, applicant=make_applicant(**changed))
    assert broken.value.field == "request_key"
    assert Dossier.objects.count() == 1


def test_the_same_form_for_another_procedure_is_refused(city, offering):
    key = uuid4()
    first = register(offering, city.ward_desk, at=MONDAY, request_key=key)
    with pytest.raises(RuleBroken, match=first.code):
        register(make_offering(make_procedure(), city.ward), city.ward_desk, at=MONDAY, request_key=key)


def test_26_a_dossier_stays_on_the_version_of_its_day(city):
    old = make_procedure(valid=DateRange(SINCE, date(2026, 7, 1)))
    new = make_version(old.procedure, valid=DateRange(date(2026, 7, 1), None), term_amount=1, term_unit="working_day")
    offering = make_offering(old, city.ward)
    before = register(offering, city.ward_desk, at=hanoi(2026, 6, 30))
    after = register(offering, city.ward_desk, at=hanoi(2026, 7, 1))
    assert (before.version, before.due_at) == (old, hanoi(2026, 7, 7, 17))
    assert (after.version, after.due_at) == (new, hanoi(2026, 7, 2, 17))


def test_21_the_slip_promises_the_shorter_term_and_the_law_is_kept_beside_it(city):
    offering = make_offering(make_procedure(), city.ward, committed_amount=0, committed_unit="same_day")
    dossier = register(offering, city.ward_desk, at=hanoi(2026, 3, 2, 9))
    assert dossier.due_at == hanoi(2026, 3, 2, 17)
    assert dossier.statutory_due_at == hanoi(2026, 3, 9, 17)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (hanoi(2026, 3, 6, 15), hanoi(2026, 3, 6, 17)),
        (hanoi(2026, 3, 6, 15, 0, 1), hanoi(2026, 3, 9, 17)),
        (hanoi(2026, 3, 6, 16, 45), hanoi(2026, 3, 9, 17)),
    ],
)
def test_07_same_day_procedures_have_a_cut_off_hour(city, received, due):
    version = make_procedure(term_amount=0, term_unit="same_day", cut_off=time(15))
    dossier = register(make_offering(version, city.ward), city.ward_desk, at=received)
    assert dossier.due_at == due
    assert_row_is_what_its_events_say(dossier)


def test_a_term_in_words_asks_the_clerk_for_a_date_and_a_reason(city):
    version = make_procedure(term_amount=None, term_unit="", term_note="Theo từng cấp")
    offering = make_offering(version, city.ward)
    with pytest.raises(RuleBroken) as no_date:
        register(offering, city.ward_desk, at=MONDAY)
    with pytest.raises(RuleBroken) as no_reason:
        register(offering, city.ward_desk, at=MONDAY, due_set=due_set(hanoi(2026, 3, 20, 17), "?"))
    with pytest.raises(RuleBroken) as too_early:
        register(offering, city.ward_desk, at=MONDAY, due_set=due_set(hanoi(2026, 2, 20, 17)))
    assert [no_date.value.field, no_reason.value.field, too_early.value.field] == ["due_on", "due_reason", "due_on"]
    with pytest.raises(RuleBroken, match="quá xa"):
        register(offering, city.ward_desk, at=MONDAY, due_set=due_set(hanoi(2062, 3, 20, 17)))

    dossier = register(offering, city.ward_desk, at=MONDAY, due_set=due_set(hanoi(2026, 3, 20, 17)))
    assert dossier.due_at == hanoi(2026, 3, 20, 17)
    assert dossier.statutory_due_at is None
    assert "từng trường hợp" in dossier.events.get().reason
    assert_row_is_what_its_events_say(dossier)


def test_a_procedure_that_is_not_offered_here_or_any_more_is_refused(city, offering):
    with pytest.raises(RuleBroken, match="không tiếp nhận"):
        register(offering, city.other_desk, at=MONDAY)
    ended = make_offering(make_procedure(), city.ward, valid=DateRange(SINCE, date(2026, 3, 1)))
    with pytest.raises(RuleBroken, match="không còn"):
        register(ended, city.ward_desk, at=MONDAY)


@pytest.mark.parametrize("reason", ["", "   ", "KHL", "1.001612", "02/TB-UBND", "thiếu"])
def test_13_a_refusal_without_a_real_reason_is_refused(city, offering, reason):
    with pytest.raises(RuleBroken) as broken:
        refuse_at_desk(
            handed_in=Submission(uuid4(), city.ward_desk, offering, make_applicant()),
            reason=reason,
            ground="Điều 15 Nghị định 61/2018/NĐ-CP",
            actor=None,
            at=MONDAY,
        )
    assert broken.value.field == "refusal"
    assert not Dossier.objects.exists()
    assert not DayCounter.objects.exists()


def test_a_refused_dossier_never_had_a_clock(city, offering):
    dossier = refuse_at_desk(
        handed_in=Submission(uuid4(), city.ward_desk, offering, make_applicant()),
        reason="Thiếu giấy chứng sinh của cơ sở y tế",
        ground="Điều 15 Nghị định 61/2018/NĐ-CP",
        actor=None,
        at=MONDAY,
    )
    assert dossier.state is Status.REFUSED
    assert (dossier.received_at, dossier.due_at, dossier.outcome) == (None, None, "")
    assert [event.kind for event in dossier.events.in_order()] == ["submitted", "refused"]
    assert Notice.objects.get().kind == "refused"
    assert Outcome.DECLINED not in dossier.outcome
    assert_row_is_what_its_events_say(dossier)


def in_threads(workers, calls):
    """Run calls on so many database connections at once; each closes its own."""

    def run(call):
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_22_two_hundred_registrations_over_eight_connections_get_1_to_200():
    city = make_units()
    offering = make_offering(make_procedure(documents=0), city.ward)
    made = in_threads(8, [lambda: register(offering, city.ward_desk, at=MONDAY).code for _ in range(200)])
    assert sorted(int(code[-4:]) for code in made) == list(range(1, 201))
    assert Dossier.objects.count() == 200
    assert Notice.objects.count() == 200


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_by_eight_connections_at_once_is_one_dossier():
    city = make_units()
    offering = make_offering(make_procedure(documents=0), city.ward)
    key = uuid4()
    made = in_threads(8, [lambda: register(offering, city.ward_desk, at=MONDAY, request_key=key).code] * 16)
    assert len(set(made)) == 1
    assert made[0].endswith("-0001")
    assert Dossier.objects.count() == 1
    assert Notice.objects.count() == 1
