"""What is counted every night from dossiers and legs, and the pages that print it."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from dossiers.clock.states import Outcome
from dossiers.models import Dossier, DossierLeg
from dossiers.operations.finishing.actions import finish_dossier
from dossiers.operations.handover.actions import hand_over, take_over
from reporting.dashboards.intake_hours.figures import heat_map
from reporting.dashboards.remaining_term.figures import months_left
from reporting.dashboards.steps.figures import step_rows
from reporting.dashboards.usual_times.figures import usual_time, usual_times
from reporting.definitions.periods import Month
from reporting.definitions.targets import USUAL_TIME_FROM
from reporting.models import IntakeHour, NightlyCount, StepTime, TermLeft, UsualTime
from reporting.rollup.actions import recount_everything
from reporting.rollup.nightly_counts import count_nightly
from tests.factories import hanoi, make_offering, make_procedure, make_process, make_user, register
from tests.reporting.helpers import dossier, held, offer, save
from units.clock.working_calendar import WorkingCalendar

pytestmark = pytest.mark.django_db

MONDAY = hanoi(2026, 3, 2, 9)
TONIGHT = hanoi(2026, 3, 31, 0, 40)
MARCH = Month(2026, 3)
CALENDAR = WorkingCalendar()
TABLES = (IntakeHour, StepTime, TermLeft, UsualTime)


@pytest.fixture
def late_leg(city):
    """Ten working days; the department has three of them, gets the dossier on the second day and takes four."""
    version = make_procedure(term_amount=10)
    make_process(version, ("desk", 8), ("handler", 24), ("desk", 8))
    one = register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=MONDAY)
    for leg, at in ((0, hanoi(2026, 3, 3, 10)), (1, hanoi(2026, 3, 9, 10))):
        hand_over(dossier=one, leg=leg, actor=None, at=at)
        take_over(dossier=one, leg=leg + 1, actor=None, at=at)
    finish_dossier(dossier=one, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 10, 9))
    return one


def stored_counts():
    return [
        list(table.objects.order_by(*names).values_list(*names)) for table in TABLES for names in [_columns(table)]
    ]


def _columns(table):
    return [column.attname for column in table._meta.concrete_fields if not column.primary_key]


def test_counting_again_changes_nothing(late_leg):
    count_nightly(at=TONIGHT)
    once = stored_counts()
    assert all(once)
    count_nightly(at=TONIGHT)
    assert stored_counts() == once
    assert NightlyCount.objects.first().until == date(2026, 3, 30)


def test_the_day_that_is_not_over_is_not_counted(city):
    tonight = hanoi(2026, 3, 31, 0, 0)
    offering = offer(city.ward)
    save(
        dossier(offering, received_at=MONDAY, finished_at=tonight - timedelta(seconds=1)),
        dossier(offering, received_at=MONDAY, finished_at=tonight),
        dossier(offering, received_at=tonight),
    )
    count_nightly(at=TONIGHT)
    assert TermLeft.objects.get().dossiers == 1
    assert IntakeHour.objects.get().received == 2


def test_a_step_over_its_time_is_named_with_the_hours_it_lost(city, late_leg):
    """Handed over on Tuesday at 10:00, due on Friday at 17:00, left on Monday at 10:00: two working hours."""
    leg = DossierLeg.objects.get(dossier=late_leg, position=1)
    lost = CALENDAR.worked_time_between(leg.due_at, leg.finished_at)
    count_nightly(at=TONIGHT)
    (row,) = step_rows([city.department, city.ward_desk, city.ward], MARCH)
    assert (row.unit, row.step, row.legs, row.late) == (city.department, "Khâu 2", 1, 1)
    assert row.minutes == lost // timedelta(minutes=1) == 120
    assert row.median == row.ninetieth == 2


def test_a_step_leads_to_its_legs_until_last_night(client, city, late_leg):
    count_nightly(at=TONIGHT)
    recount_everything()
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    page = BeautifulSoup(client.get(reverse("reporting:steps"), {"thang": "2026-03"}).content, "html.parser")
    links = page.select("main tbody a")
    assert [link["href"].split("tinh-trang=")[1] for link in links] == ["chang-xong", "chang-tre"]
    leg = DossierLeg.objects.get(dossier=late_leg, position=1)
    for link in links:
        listed = client.get(link["href"])
        (row,) = listed.context["rows"]
        assert (row.dossier, row.unit, row.step) == (late_leg, city.department, "Khâu 2")
        assert (row.since, row.due_at, row.finished_at) == (leg.accepted_at, leg.due_at, leg.finished_at)
        assert held(listed) == 1
        assert late_leg.code in listed.content.decode()
    NightlyCount.objects.update(until=date(2026, 3, 8))
    assert late_leg.code not in client.get(links[1]["href"]).content.decode()


def test_dossiers_come_in_by_the_clock_of_hanoi_at_the_desk_that_took_them_in(city):
    offering = offer(city.ward)
    at_desk = {"desk": city.other_desk, "receiving_desk": city.ward_desk}
    times = [hanoi(2026, 3, 2, 8, 59), hanoi(2026, 3, 2, 9), hanoi(2026, 3, 9, 9, 30), hanoi(2026, 3, 7, 7)]
    save(*(dossier(offering, received_at=at, **at_desk) for at in times))
    count_nightly(at=TONIGHT)
    drawn = heat_map([city.ward_desk.pk], MARCH, MARCH, CALENDAR)
    assert drawn.received == 4
    assert drawn.busiest == (0, 9, 2)
    assert drawn.hours == [7, 8, 9, 10, 11, 13, 14, 15, 16]
    assert [row.weekday for row in drawn.rows] == [0, 1, 2, 3, 4, 5]
    early, nine = drawn.rows[5].cells[0], drawn.rows[0].cells[2]
    assert (early.received, early.is_open, drawn.outside) == (1, False, 1)
    assert (nine.received, nine.shade, nine.is_open) == (2, 5, True)
    assert heat_map([city.other_desk.pk], MARCH, MARCH, CALENDAR).received == 0


def test_the_map_is_of_the_desks_in_sight_only(client, city):
    save(dossier(offer(city.ward), received_at=MONDAY, receiving_desk=city.ward_desk))
    count_nightly(at=TONIGHT)
    asked = {"thang": "2026-03"}
    for unit, received in ((city.ward, 1), (city.other_ward, 0)):
        client.force_login(make_user(Membership.Role.LEADER, unit))
        assert client.get(reverse("reporting:intake_hours"), asked).context["map"].received == received
    assert client.get(reverse("reporting:intake_hours"), asked | {"don-vi": city.ward_desk.slug}).status_code == 404


def timed(offering, many, days=1):
    """Received on a Monday morning and done `days` working days later, of five."""
    received = hanoi(2026, 3, 2, 8)
    ended = received + timedelta(days=days)
    return [
        dossier(offering, received_at=received, due_at=hanoi(2026, 3, 6, 17), finished_at=ended) for _ in range(many)
    ]


def test_the_usual_time_is_the_same_wherever_it_is_shown(city):
    offering = offer(city.ward)
    save(*timed(offering, 9), *timed(offering, 1, days=4))
    count_nightly(at=TONIGHT)
    everywhere = usual_time(offering.procedure_id)
    (row,) = usual_times([city.ward, city.other_ward])
    for time in (everywhere, row.everywhere, row.units[0].time):
        assert (time.dossiers, time.median, time.ninetieth) == (10, 8 * 60, 8 * 60)
    assert usual_times([city.other_ward]) == []


def test_citizens_are_not_told_the_time_of_a_handful_of_dossiers(client, city):
    few, enough = offer(city.ward), offer(city.ward)
    save(*timed(few, USUAL_TIME_FROM - 1), *timed(enough, USUAL_TIME_FROM))
    count_nightly(at=TONIGHT)

    def shows_real_times(offering):
        page = client.get(reverse("procedures:procedure", args=[offering.procedure.ref])).content.decode()
        return "Thực tế 12 tháng" in page

    assert not shows_real_times(few)
    assert shows_real_times(enough)


def test_what_is_left_of_the_term_is_counted_by_the_month_of_the_result(city):
    ward, other = offer(city.ward), offer(city.other_ward)
    save(*timed(ward, 3, days=1), *timed(ward, 1, days=7), *timed(other, 1, days=2))
    count_nightly(at=TONIGHT)
    *_before, month = months_left([city.ward.pk], MARCH)
    assert (month.dossiers, month.median) == (4, 80)
    assert [(band.numerator, band.denominator) for band in month.bands] == [(3, 4), (0, 4), (0, 4), (0, 4), (1, 4)]
    assert months_left([city.ward.pk, city.other_ward.pk], MARCH)[-1].dossiers == 5
    assert months_left([city.ward.pk], MARCH.plus(-1))[-1].median is None


PAGES = ("ages", "steps", "usual", "remaining", "supplements_and_apologies", "intake_hours")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_the_same_few_questions_for_one_dossier_or_fifty(
    client, city, name, django_assert_max_num_queries
):
    today = timezone.now()
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    asked = []
    for many in (1, 50):
        for unit in (city.ward, city.other_ward):
            offering = offer(unit)
            days = [today - timedelta(days=10 + place % 5) for place in range(many)]
            save(*(dossier(offering, received_at=day, finished_at=day + timedelta(days=7)) for day in days))
            save(*(dossier(offering, received_at=day, supplements=2) for day in days))
        count_nightly(at=today)
        client.get(reverse(f"reporting:{name}"))
        with django_assert_max_num_queries(12) as queries:
            assert client.get(reverse(f"reporting:{name}")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert Dossier.objects.count() > 100


@pytest.mark.parametrize("name", [*PAGES, "officers"])
def test_who_leads_nothing_has_no_such_page(client, city, name):
    client.force_login(make_user(Membership.Role.CLERK, city.ward_desk))
    assert client.get(reverse(f"reporting:{name}")).status_code == 404


@pytest.mark.parametrize("name", ["steps", "intake_hours"])
def test_a_month_that_cannot_be_asked_for_is_shown_beside_the_field(client, city, name):
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    response = client.get(reverse(f"reporting:{name}"), {"thang": "2026-99"})
    assert response.status_code == 422
    assert "id_thang_error" in response.content.decode()
