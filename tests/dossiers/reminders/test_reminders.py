"""Nobody forgets: each reminder to the right person, in working hours, and without a word about the applicant."""

from datetime import date, timedelta

import pytest

from accounts.models import Delegation
from dossiers.clock.states import EventKind, Status
from dossiers.models import Apology, Consultation, Dossier, DossierLeg, SupplementRequest
from dossiers.operations.finishing.actions import start_work
from dossiers.operations.handover.actions import hand_over, take_over
from dossiers.reminders.actions import (
    remind_of_hand_overs,
    remind_of_legs,
    report_late_consultations,
)
from dossiers.reminders.daily_worklist_mail import send_daily_worklists
from dossiers.reminders.due import is_at_risk, is_due_soon
from dossiers.reminders.supplement_followup import draft_apologies, give_up_unanswered, remind_applicants
from notices.models import Notice
from tests.factories import (
    hanoi,
    make_applicant,
    make_offering,
    make_procedure,
    make_process,
    make_unit,
    make_user,
    register,
)
from tests.units.seed import CALENDAR, at
from units.models import CalendarDay

pytestmark = pytest.mark.django_db
Kind = Notice.Kind

NAME, PHONE, EMAIL = "Nguyễn Thị Phượng", "0912345471", "phuong@example.vn"
MONDAY = hanoi(2026, 3, 2, 9, 10)
DUE = hanoi(2026, 3, 9, 17)  # five working days from MONDAY


@pytest.fixture
def staff(city):
    """One person for each part to play; the department has an officer, a head, and a head above."""
    return {
        "clerk": make_user("clerk", city.ward_desk, email="quay@example.vn"),
        "specialist": make_user("specialist", city.department),
        "leader": make_user("leader", city.department),
        "official": make_user("official", city.district),
        "stranger": make_user("clerk", city.other_desk),
    }


@pytest.fixture
def dossier(city, staff):
    offering = at_the_department(city)
    applicant = make_applicant(name=NAME, phone=PHONE, email=EMAIL)
    return register(offering, city.ward_desk, at=MONDAY, applicant=applicant)


@pytest.fixture
def in_hand(dossier):
    """The department has it since Monday 11:00."""
    return handed_to_the_department(dossier)


def at_the_department(city):
    """One day of the term is the desk's, four are the department's, whose leg ends with the promise."""
    version = make_procedure()
    make_process(version, ("desk", 8), ("handler", 32))
    return make_offering(version, city.ward, handler=city.department)


def handed_to_the_department(dossier):
    return start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 11))


def reminders_sent(kind=None):
    """(kind, username) of what staff were told in person, oldest first."""
    notices = Notice.objects.exclude(recipient=None).select_related("recipient")
    notices = notices.order_by("created_at", "recipient", "kind")
    return [(one.kind, one.recipient) for one in notices if kind in (None, one.kind)]


def who(kind):
    return [person for _kind, person in reminders_sent(kind)]


# --- When: pure ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "due", "last_quiet", "first_warned"),
    [
        ("2026-03-02 08:00", "2026-03-03 17:00", "2026-03-03 13:47", "2026-03-03 13:49"),  # 16 hours: 3 h 12 left
        ("2026-03-02 08:00", "2026-03-02 17:00", "2026-03-02 15:23", "2026-03-02 15:25"),  # 8 hours: 1 h 36 left
        ("2026-03-02 08:00", "2026-03-31 17:00", "2026-03-30 16:59", "2026-03-31 08:00"),  # long: one working day
    ],
)
def test_a_leg_is_due_soon_with_a_fifth_of_its_time_left_but_no_more_than_a_day(
    accepted, due, last_quiet, first_warned
):
    assert not is_due_soon(at(accepted), at(due), at(last_quiet), CALENDAR)
    assert is_due_soon(at(accepted), at(due), at(first_warned), CALENDAR)
    assert not is_due_soon(at(accepted), at(due), at(due) + timedelta(minutes=1), CALENDAR)


def test_14_the_last_chance_to_apologise_is_told_while_there_is_one():
    received, promised = at("2026-03-09 09:00"), at("2026-03-23 17:00")  # the day before is a Sunday
    assert not is_at_risk(received, promised, at("2026-03-18 16:00"), CALENDAR)
    assert is_at_risk(received, promised, at("2026-03-19 08:00"), CALENDAR)
    assert is_at_risk(received, promised, at("2026-03-20 17:00"), CALENDAR)
    assert not is_at_risk(received, promised, at("2026-03-23 08:00"), CALENDAR)


def test_a_two_day_promise_is_not_at_risk_on_its_first_morning():
    received, promised = at("2026-03-02 08:30"), at("2026-03-04 17:00")
    assert not is_at_risk(received, promised, at("2026-03-02 09:00"), CALENDAR)
    assert is_at_risk(received, promised, at("2026-03-03 15:00"), CALENDAR)


# --- To whom ------------------------------------------------------------------------------------------------------


def test_due_soon_is_told_to_the_officer_in_charge(in_hand, staff, city):
    officer = make_user("specialist", city.department)
    DossierLeg.objects.filter(dossier=in_hand, position=1).update(assignee=officer)
    remind_of_legs(at=hanoi(2026, 3, 6, 9))
    assert who(Kind.DUE_SOON) == []
    remind_of_legs(at=hanoi(2026, 3, 9, 9))
    assert who(Kind.DUE_SOON) == [officer]


def test_without_an_officer_all_specialists_of_the_unit_hear_it(in_hand, staff, city):
    second = make_user("specialist", city.department)
    remind_of_legs(at=hanoi(2026, 3, 9, 9))
    assert who(Kind.DUE_SOON) == [staff["specialist"], second]


def test_who_stands_in_for_an_absent_officer_hears_it_instead(in_hand, staff, city):
    deputy = make_user("specialist", city.other_ward)
    Delegation.objects.create(
        from_user=staff["specialist"],
        to_user=deputy,
        unit=city.department,
        valid_from=date(2026, 3, 9),
        valid_to=date(2026, 3, 13),
        reason="Nghỉ phép",
    )
    DossierLeg.objects.filter(dossier=in_hand, position=1).update(assignee=staff["specialist"])
    remind_of_legs(at=hanoi(2026, 3, 9, 9))
    assert who(Kind.DUE_SOON) == [deputy]


def test_a_unit_where_nobody_works_is_not_forgotten(in_hand, staff):
    staff["specialist"].memberships.all().delete()
    remind_of_legs(at=hanoi(2026, 3, 9, 9))
    assert who(Kind.DUE_SOON) == [staff["leader"]]


def test_where_there_is_nobody_at_all_the_notice_waits_for_who_comes(city):
    offering = at_the_department(city)
    handed_to_the_department(register(offering, city.ward_desk, at=MONDAY))
    remind_of_legs(at=hanoi(2026, 3, 9, 9))
    remind_of_legs(at=hanoi(2026, 3, 9, 9, 10))
    notice = Notice.objects.get(kind=Kind.DUE_SOON)
    assert (notice.recipient, notice.unit) == (None, city.department)


def test_a_late_leg_is_told_to_who_has_it_and_a_late_dossier_to_the_desk(in_hand, staff):
    remind_of_legs(at=DUE)
    assert who(Kind.OVERDUE) == who(Kind.DOSSIER_OVERDUE) == []
    remind_of_legs(at=hanoi(2026, 3, 10, 8, 10))
    assert who(Kind.OVERDUE) == [staff["specialist"]]
    assert who(Kind.DOSSIER_OVERDUE) == [staff["clerk"]]


def test_14_that_an_apology_is_still_possible_is_told_to_who_has_it_in_hand(in_hand, staff):
    remind_of_legs(at=hanoi(2026, 3, 5, 9))
    [notice] = Notice.objects.filter(kind=Kind.APOLOGY_POSSIBLE)
    assert notice.recipient == staff["specialist"]
    assert notice.facts["until_at"] == hanoi(2026, 3, 6, 17)


def test_2_what_is_not_handed_over_the_same_day_is_told_to_the_clerks(dossier, staff):
    remind_of_legs(at=hanoi(2026, 3, 2, 16, 59))
    assert reminders_sent() == []
    remind_of_legs(at=hanoi(2026, 3, 3, 8, 10))
    assert reminders_sent() == [(Kind.NOT_HANDED_OVER, staff["clerk"])]


def test_2_what_came_after_three_may_wait_for_the_next_opening(city, staff):
    offering = at_the_department(city)
    register(offering, city.ward_desk, at=hanoi(2026, 3, 6, 16, 45))
    remind_of_legs(at=hanoi(2026, 3, 9, 8))
    assert who(Kind.NOT_HANDED_OVER) == []
    remind_of_legs(at=hanoi(2026, 3, 9, 8, 10))
    assert who(Kind.NOT_HANDED_OVER) == [staff["clerk"]]


def test_a_hand_over_nobody_accepts_alarms_both_sides_after_four_working_hours(dossier, staff):
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 3, 3, 10))
    remind_of_hand_overs(at=hanoi(2026, 3, 3, 15))
    assert reminders_sent() == []
    remind_of_hand_overs(at=hanoi(2026, 3, 3, 15, 10))
    assert reminders_sent() == [(Kind.NOT_ACCEPTED, staff["clerk"]), (Kind.NOT_ACCEPTED, staff["specialist"])]


def test_of_two_side_by_side_the_one_that_is_done_is_not_alarmed_for_the_other(city, staff):
    agency = make_unit("Sở Thử", "agency")
    asked = make_user("specialist", agency)
    version = make_procedure()
    make_process(version, ("desk", 8), ("handler", 16, 1), (agency, 16, 1), ("desk", 8))
    offering = make_offering(version, city.ward, handler=city.department)
    dossier = register(offering, city.ward_desk, at=MONDAY)
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 3, 3, 10))
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 3, 10, 30))
    hand_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 3, 11))
    remind_of_hand_overs(at=hanoi(2026, 3, 3, 15, 10))
    assert who(Kind.NOT_ACCEPTED) == [staff["clerk"], asked]


def test_an_answer_that_does_not_come_is_reported_to_the_head_of_the_desk(in_hand, staff, city):
    head = make_user("leader", city.ward)
    asked = {"asker": city.department, "question": "Đất này thuộc ai?", "asked_at": hanoi(2026, 3, 3)}
    Consultation.objects.create(dossier=in_hand, office=city.other_ward, answer_by=hanoi(2026, 3, 5, 17), **asked)
    report_late_consultations(at=hanoi(2026, 3, 5, 16))
    assert reminders_sent() == []
    report_late_consultations(at=hanoi(2026, 3, 6, 8, 10))
    report_late_consultations(at=hanoi(2026, 3, 6, 8, 20))
    assert reminders_sent() == [(Kind.CONSULT_LATE, head)]
    assert Notice.objects.get(kind=Kind.CONSULT_LATE).facts["office"] == city.other_ward.name


def test_15_lateness_climbs_from_the_head_of_the_unit_to_the_one_above_once_each(in_hand, staff, settings):
    settings.ESCALATE_AFTER_HOURS = 8
    heard = []
    for moment in (
        hanoi(2026, 3, 10, 16, 50),
        hanoi(2026, 3, 11, 8, 10),
        hanoi(2026, 3, 12, 8, 10),
        hanoi(2026, 4, 1),
    ):
        remind_of_legs(at=moment)
        heard.append(who(Kind.ESCALATED))
    leader, official = staff["leader"], staff["official"]
    assert heard == [[], [leader], [leader, official], [leader, official]]


def test_a_paused_dossier_is_late_for_nobody(in_hand):
    Dossier.objects.filter(pk=in_hand.pk).update(status=Status.AWAITING_PAYMENT)
    remind_of_legs(at=hanoi(2026, 3, 20, 9))
    assert reminders_sent() == []


# --- In working hours, once, and of nobody's particulars -----------------------------------------------------------


@pytest.mark.parametrize(
    "moment",
    [
        hanoi(2026, 3, 10, 7, 59),
        hanoi(2026, 3, 10, 12, 30),
        hanoi(2026, 3, 10, 17),
        hanoi(2026, 3, 14, 10),  # Saturday
        hanoi(2026, 3, 11, 10),  # made a holiday below
    ],
)
def test_nobody_is_reminded_outside_of_working_hours(in_hand, moment):
    CalendarDay.objects.create(day="2026-03-11", kind="holiday", reason="Nghỉ", source="Thử")
    for verb in (remind_of_legs, remind_of_hand_overs, send_daily_worklists, draft_apologies, give_up_unanswered):
        verb(at=moment)
    assert not Notice.objects.exclude(key="").exists()
    assert not Apology.objects.exists()


def test_saying_it_again_says_nothing_until_the_date_moves(in_hand, staff):
    for minute in (0, 10, 20):
        remind_of_legs(at=hanoi(2026, 3, 9, 9, minute))
    assert who(Kind.DUE_SOON) == [staff["specialist"]]
    DossierLeg.objects.filter(dossier=in_hand, position=1).update(due_at=hanoi(2026, 3, 9, 16))
    remind_of_legs(at=hanoi(2026, 3, 9, 9, 30))
    assert who(Kind.DUE_SOON) == [staff["specialist"]] * 2


def test_no_notice_to_staff_says_anything_of_the_applicant(in_hand, city, staff):
    Consultation.objects.create(
        dossier=in_hand,
        asker=city.department,
        office=city.other_ward,
        question=f"Về ông bà {NAME}",
        asked_at=hanoi(2026, 3, 3),
        answer_by=hanoi(2026, 3, 5),
    )
    for moment in (hanoi(2026, 3, 5, 9), hanoi(2026, 3, 9, 9), hanoi(2026, 3, 12, 9)):
        for verb in (remind_of_legs, report_late_consultations, send_daily_worklists, draft_apologies):
            verb(at=moment)
    to_staff = Notice.objects.exclude(key="")
    expected = {Kind.APOLOGY_POSSIBLE, Kind.DUE_SOON, Kind.OVERDUE, Kind.DOSSIER_OVERDUE, Kind.ESCALATED}
    assert {one.kind for one in to_staff} == expected | {Kind.CONSULT_LATE, Kind.MORNING, Kind.APOLOGY_DRAFTED}
    for notice in to_staff:
        written = f"{notice.subject} {notice.key} {notice.email} {notice.context}"
        assert not any(secret in written for secret in (NAME, "Phượng", PHONE, EMAIL))


def test_staff_with_an_address_get_it_by_mail_as_well(dossier, staff):
    remind_of_legs(at=hanoi(2026, 3, 3, 8, 10))
    assert list(Notice.objects.filter(kind=Kind.NOT_HANDED_OVER).values_list("email", flat=True)) == [
        "quay@example.vn"
    ]


def test_a_batch_costs_the_same_queries_however_many_legs_there_are(city, staff, django_assert_max_num_queries):
    offering = at_the_department(city)

    def add(number):
        for _ in range(number):
            handed_to_the_department(register(offering, city.ward_desk, at=MONDAY))

    add(1)
    with django_assert_max_num_queries(12) as few:
        remind_of_legs(at=hanoi(2026, 3, 9, 9))
    add(12)
    with django_assert_max_num_queries(12) as many:
        remind_of_legs(at=hanoi(2026, 3, 9, 9))
    assert len(many) == len(few)
    assert Notice.objects.filter(kind=Kind.DUE_SOON).count() == 13


# --- Papers that do not come, apologies that must be written --------------------------------------------------------


def asked_for_papers(dossier, answer_by):
    return SupplementRequest.objects.create(
        dossier=dossier, stage="appraisal", text="Bổ sung bản sao", asked_at=MONDAY, answer_by=answer_by
    )


def test_an_applicant_is_reminded_two_working_days_before_the_time_to_answer_ends(in_hand):
    Dossier.objects.filter(pk=in_hand.pk).update(status=Status.AWAITING_SUPPLEMENT)
    asked_for_papers(in_hand, hanoi(2026, 3, 16, 17))
    remind_applicants(at=hanoi(2026, 3, 11, 16))
    assert not Notice.objects.filter(kind=Kind.SUPPLEMENT_DUE).exists()
    for day in (12, 13):
        remind_applicants(at=hanoi(2026, 3, day, 8, 10))
    notice = Notice.objects.get(kind=Kind.SUPPLEMENT_DUE)
    assert (notice.email, notice.recipient, notice.facts["answer_at"]) == (EMAIL, None, hanoi(2026, 3, 16, 17))


def test_what_nobody_completed_is_given_up_once(in_hand):
    from_desk = {"kind": EventKind.SUPPLEMENT_ASKED, "to_status": Status.AWAITING_SUPPLEMENT}
    in_hand.events.create(
        number=3, from_status=Status.IN_PROCESS, at=hanoi(2026, 3, 4), unit=in_hand.desk, **from_desk
    )
    Dossier.objects.filter(pk=in_hand.pk).update(status=Status.AWAITING_SUPPLEMENT, supplements=1)
    asked_for_papers(in_hand, hanoi(2026, 3, 16, 17))
    give_up_unanswered(at=hanoi(2026, 3, 16, 16))
    assert Dossier.objects.get().state is Status.AWAITING_SUPPLEMENT
    for minute in (10, 20):
        give_up_unanswered(at=hanoi(2026, 3, 17, 8, minute))
    assert Dossier.objects.get().state is Status.STOPPED
    assert Notice.objects.filter(kind=Kind.ABANDONED).count() == 1


def test_what_became_overdue_gets_an_apology_drafted_that_waits_for_the_head(in_hand, staff):
    draft_apologies(at=hanoi(2026, 3, 9, 16, 50))
    assert not Apology.objects.exists()
    for minute in (10, 20):
        draft_apologies(at=hanoi(2026, 3, 10, 8, minute))
    apology = Apology.objects.get()
    assert (apology.signed_at, apology.unit_id, apology.old_due_at) == (None, in_hand.handler_id, DUE)
    assert reminders_sent() == [(Kind.APOLOGY_DRAFTED, staff["leader"])]


# --- The morning ---------------------------------------------------------------------------------------------------


def test_a_unit_with_work_hears_of_it_once_every_working_day_at_opening(in_hand, city):
    for moment in (hanoi(2026, 3, 9, 7, 50), hanoi(2026, 3, 9, 8), hanoi(2026, 3, 9, 14), hanoi(2026, 3, 10, 8)):
        send_daily_worklists(at=moment)
    worklists = Notice.objects.filter(kind=Kind.MORNING).order_by("id")
    assert [(one.unit, one.created_at) for one in worklists] == [
        (city.department, hanoi(2026, 3, 9, 8)),
        (city.department, hanoi(2026, 3, 10, 8)),
    ]
    first, second = (one.facts for one in worklists)
    assert (first["due_today"], first["overdue"]) == (1, 0)
    assert (second["due_today"], second["overdue"]) == (0, 1)


def test_the_morning_counts_what_is_on_its_way_and_what_waits(dossier, city):
    waiting = register(dossier.offering, city.ward_desk, at=MONDAY)
    Dossier.objects.filter(pk=waiting.pk).update(status=Status.AWAITING_PAYMENT)
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 3, 3))
    send_daily_worklists(at=hanoi(2026, 3, 4, 8))
    counts = {one.unit: one.facts for one in Notice.objects.filter(kind=Kind.MORNING)}
    assert (counts[city.department]["on_the_way"], counts[city.ward_desk]["waiting"]) == (1, 1)
