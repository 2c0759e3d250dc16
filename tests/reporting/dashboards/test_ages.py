"""Open dossiers by working days to or over their due date: counted as they are listed, at every edge."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from accounts.models import Membership
from dossiers.clock.states import OPEN, RUNNING, Status
from dossiers.models import Dossier
from reporting.dashboards.ages.figures import AGES, age_edges, age_rows, age_span
from reporting.dashboards.list_kinds import ListKind
from tests.factories import hanoi, make_user
from tests.reporting.helpers import dossier, held, offer, save
from units.clock.days import local_day
from units.clock.working_calendar import WorkingCalendar

CALENDAR = WorkingCalendar()
MONDAY, SUNDAY = hanoi(2026, 11, 23, 10), hanoi(2026, 11, 22, 10)
LONG_AGO = hanoi(2026, 1, 5)


def bucket_by_wall_calendar(due_at, at):
    """The bucket a person would name who counts working days from one date to the other on a wall calendar."""
    over = CALENDAR.working_days_between(local_day(due_at), local_day(at))
    if due_at < at:
        return next(
            sort
            for most, sort in [
                (2, ListKind.OVER_TWO),
                (5, ListKind.OVER_FIVE),
                (10, ListKind.OVER_TEN),
                (999, ListKind.OVER_MORE),
            ]
            if over <= most
        )
    if local_day(due_at) == local_day(at):
        return ListKind.DUE_TODAY
    return next(
        sort
        for most, sort in [(2, ListKind.LEFT_TWO), (5, ListKind.LEFT_FIVE), (999, ListKind.LEFT_MORE)]
        if -over <= most
    )


@pytest.mark.parametrize("at", [MONDAY, SUNDAY], ids=["a working day", "a day off"])
def test_every_hour_of_two_months_falls_into_the_bucket_a_person_would_name(at):
    edges = [None, *age_edges(at, CALENDAR), None]
    assert edges[1:-1] == sorted(edges[1:-1])
    for hours in range(-24 * 30, 24 * 30):
        due_at = at + timedelta(hours=hours, minutes=1)
        place = sum(due_at >= edge for edge in edges[1:-1])
        assert AGES[place] == bucket_by_wall_calendar(due_at, at), due_at


def test_each_number_counts_what_its_list_holds(city):
    ward, department = offer(city.ward), offer(city.department)
    dues = [edge + timedelta(seconds=seconds) for edge in age_edges(MONDAY, CALENDAR) for seconds in (-1, 0)]
    save(
        *(
            dossier(each, received_at=LONG_AGO, due_at=due, status=status)
            for each in (ward, department)
            for due in dues
            for status in OPEN
        )
    )
    together, rows = age_rows([city.ward, city.department, city.other_ward], MONDAY, CALENDAR)
    assert {row.unit for row in rows} == {city.ward, city.department}
    for row in (together, *rows):
        mine = Dossier.objects.filter(**({"handler": row.unit} if row.unit else {}))
        for age in AGES:
            assert row.counts[age] == mine.running().filter(age_span(age, MONDAY, CALENDAR)).count() > 0
        assert row.waiting == mine.waiting().count()
        assert row.running == mine.filter(status__in=RUNNING).count()
        assert row.overdue == mine.overdue(MONDAY).count()


def test_every_number_of_the_page_leads_to_as_many_rows(client, city, django_assert_max_num_queries):
    offering = offer(city.ward)
    now = hanoi(2026, 1, 1)
    save(
        *(
            dossier(offering, received_at=LONG_AGO - timedelta(days=900), due_at=LONG_AGO + timedelta(days=day * 97))
            for day in range(30)
        ),
        dossier(offering, received_at=now, due_at=LONG_AGO, status=Status.AWAITING_SUPPLEMENT),
    )
    client.force_login(make_user(Membership.Role.LEADER, city.ward))
    client.get(reverse("reporting:ages"))
    with django_assert_max_num_queries(12):
        page = BeautifulSoup(client.get(reverse("reporting:ages")).content, "html.parser")
    links = page.select("main td a")
    assert len(links) > 3
    for link in links:
        listed = held(client.get(link["href"]))
        assert link.get_text().split(":")[-1].strip() == str(listed)
