"""The lists behind the figures: the right dossiers, only the reader's own, and nobody's name."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from dossiers.clock.states import OPEN, Status
from dossiers.models import Dossier
from reporting.dashboards.list_kinds import OPEN_NOW, ListKind
from reporting.dashboards.lists.dossiers import listed_dossiers
from reporting.definitions.periods import Month
from reporting.rollup.open_now import (
    OVERDUE,
    PAUSED,
    PAYMENT,
    SOON,
    SUPPLEMENT,
    TODAY,
    read_open,
)
from tests.factories import hanoi, make_user
from tests.reporting.helpers import dossier, offer, save

ADDRESS = "reporting:dossiers"
NOW = hanoi(2026, 11, 23, 10)
NOVEMBER = Month(2026, 11)


def codes(sort, month=NOVEMBER):
    rows = listed_dossiers(sort, Dossier.objects.all(), month=month, at=NOW, soon=hanoi(2026, 11, 26, 17))
    return [row.code for row in rows]


def test_each_sort_holds_what_its_name_says(city):
    ward = offer(city.ward)
    due = hanoi(2026, 11, 13, 17)
    save(
        dossier(ward, code="early", due_at=due, finished_at=hanoi(2026, 11, 12, 20)),
        dossier(ward, code="on-time", due_at=due, finished_at=due),
        dossier(ward, code="late", due_at=due, finished_at=hanoi(2026, 11, 13, 17, 1)),
        dossier(
            ward, code="last-month", due_at=due, received_at=hanoi(2026, 10, 1), finished_at=hanoi(2026, 10, 31, 23)
        ),
        dossier(ward, code="overdue", received_at=hanoi(2026, 10, 2), due_at=NOW - timedelta(seconds=1)),
        dossier(ward, code="older", received_at=hanoi(2026, 10, 2), due_at=NOW - timedelta(days=9)),
        dossier(ward, code="soon", received_at=hanoi(2026, 10, 2), due_at=hanoi(2026, 11, 26, 17)),
        dossier(ward, code="later", received_at=hanoi(2026, 10, 2), due_at=hanoi(2026, 11, 27, 17)),
        dossier(ward, code="waiting", received_at=hanoi(2026, 10, 2), status=Status.AWAITING_SUPPLEMENT),
        dossier(ward, code="refused", due_at=due, finished_at=hanoi(2026, 11, 9, 9), status=Status.REFUSED),
    )
    assert codes(ListKind.EARLY) == ["early"]
    assert set(codes(ListKind.IN_TIME)) == {"early", "on-time"}
    assert codes(ListKind.LATE) == ["late"]
    assert set(codes(ListKind.RESOLVED)) == {"early", "on-time", "late"}
    assert codes(ListKind.RESOLVED, Month(2026, 10)) == ["last-month"]
    assert codes(ListKind.OVERDUE) == ["older", "overdue"]
    assert codes(ListKind.SOON) == ["soon"]
    assert codes(ListKind.WAITING) == ["waiting"]
    assert set(codes(ListKind.RECEIVED)) == {"early", "on-time", "late", "refused"}


def test_what_is_open_is_counted_as_it_is_listed(city):
    """Counted in one pass and listed by the querysets: every open status at every distance from its due date."""
    ward, department = offer(city.ward), offer(city.department)
    soon = hanoi(2026, 11, 26, 17)
    edges = (NOW, hanoi(2026, 11, 24, 0), soon)
    dues = [edge + timedelta(seconds=seconds) for edge in edges for seconds in (-1, 0, 1)]
    save(*(dossier(each, due_at=due, status=status) for each in (ward, department) for due in dues for status in OPEN))
    units = [city.ward.pk, city.department.pk]
    counted = read_open(units, NOW, soon)
    for unit in units:
        mine = Dossier.objects.filter(handler=unit)
        lists = {sort: listed_dossiers(sort, mine, month=NOVEMBER, at=NOW, soon=soon).count() for sort in OPEN_NOW}
        waiting = sum(counted.of(sort, unit) for sort in (SUPPLEMENT, PAYMENT, PAUSED))
        assert lists == {
            ListKind.OVERDUE: counted.of(OVERDUE, unit),
            ListKind.SOON: counted.of(SOON, unit),
            ListKind.WAITING: waiting,
        }
        assert lists == {ListKind.OVERDUE: 2, ListKind.SOON: 14, ListKind.WAITING: 36}
    assert counted.of(TODAY) == 12


def overdue(unit, many=1):
    offering = offer(unit)
    return save(*(dossier(offering, due_at=timezone.now() - timedelta(days=2)) for _ in range(many)))


def test_a_leader_sees_the_dossiers_of_the_own_unit_only(client, city):
    (mine,), (theirs,) = overdue(city.ward), overdue(city.other_ward)
    client.force_login(make_user(Membership.Role.LEADER, city.ward))
    content = client.get(reverse(ADDRESS)).content.decode()
    assert mine.code in content
    assert theirs.code not in content


def test_another_units_list_does_not_exist(client, city):
    client.force_login(make_user(Membership.Role.LEADER, city.ward))
    assert client.get(reverse(ADDRESS), {"don-vi": city.ward.slug}).status_code == 200
    assert client.get(reverse(ADDRESS), {"don-vi": city.other_ward.slug}).status_code == 404
    assert client.get(reverse(ADDRESS), {"don-vi": "khong-co"}).status_code == 404


def test_dossiers_of_a_unit_where_the_leader_is_only_a_clerk_are_not_listed(client, city):
    """A role counts at the unit where it is held."""
    (elsewhere,) = overdue(city.other_ward)
    user = make_user(Membership.Role.LEADER, city.ward)
    Membership.objects.create(
        user=user, unit=city.other_ward, role=Membership.Role.CLERK, valid_from=hanoi(2015, 1, 1).date()
    )
    client.force_login(user)
    assert elsewhere.code not in client.get(reverse(ADDRESS)).content.decode()


@pytest.mark.parametrize(("name", "value"), [("tinh-trang", "gi-do"), ("thang", "2026-99"), ("linh-vuc", "khong-co")])
def test_what_cannot_be_asked_is_shown_beside_the_field_and_kept(client, city, name, value):
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    response = client.get(reverse(ADDRESS), {name: value})
    assert response.status_code == 422
    assert f"id_{name}_error" in response.content.decode()


def test_a_list_names_no_applicant(client, city):
    overdue(city.ward)
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    assert "Nguyễn Thị Phượng" not in client.get(reverse(ADDRESS)).content.decode()


def test_fifty_to_a_page_and_the_same_queries_for_one_row_or_fifty(client, city, django_assert_max_num_queries):
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    overdue(city.ward)
    client.get(reverse(ADDRESS))
    with django_assert_max_num_queries(10) as one:
        client.get(reverse(ADDRESS))
    overdue(city.ward, 60)
    with django_assert_max_num_queries(10) as many:
        response = client.get(reverse(ADDRESS))
    assert len(one) == len(many)
    assert (len(response.context["rows"]), response.context["page"].paginator.count) == (50, 61)
    assert len(client.get(reverse(ADDRESS), {"trang": "2"}).context["rows"]) == 11
