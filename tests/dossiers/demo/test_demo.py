"""The demo district follows the same rules as real dossiers."""

from collections import Counter
from datetime import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from dossiers.demo.loading import Loaded, load
from dossiers.demo.plan import SETTLED, offices, read_proportions
from dossiers.events.reconciliation import compare_all
from dossiers.models import ClosedBook, Dossier, DossierEvent, YearCounter
from portal.embedded.demo import LOGINS
from reporting.digests.actions import subscribe
from tests.databases import as_owner
from tests.dossiers.demo.alive import NOW
from tests.dossiers.demo.district import SIZE, Made, desk_that_closes_early, make_district, outlines
from tests.factories import hanoi
from units.clock.days import local_day
from units.clock.working_calendar import OFFICE_TIME
from units.models import RECEPTION, DayCounter, Unit
from units.numbering.yearly_numbers import BOOK

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def district(own_catalogue: None, django_db_blocker: Any) -> None:
    """Offices, catalogue and staff, and an empty register."""
    with django_db_blocker.unblock():
        make_district()


def test_the_demo_is_the_same_every_time(made: Made, district: None):
    with as_owner(), transaction.atomic():
        load(now=NOW, progress=lambda done, total: None, size=SIZE)
        rows = outlines()
        transaction.set_rollback(True)
    assert rows == made.outlines


def test_the_demo_keeps_the_hours_of_every_desk(demo: Loaded):
    assert time(16) in _closings(desk_that_closes_early())
    assert time(17) not in _closings(desk_that_closes_early())
    assert time(17) in _closings(Unit.objects.desks().get(parent__is_tenant=True))


def _closings(desk: Unit) -> set[time]:
    """When the promises of a desk end that no pause has moved to another hour of the day."""
    plain = Dossier.objects.filter(desk=desk, due_at__isnull=False).exclude(derivation__has_key="earlier")
    return {due_at.astimezone(OFFICE_TIME).time() for due_at in plain.values_list("due_at", flat=True)}


def test_replaying_the_demo_gives_the_same_rows_and_nothing_happens_after_today(demo: Loaded):
    replayed = list(compare_all())
    assert sum(count for count, _ in replayed) == demo.dossiers
    assert [difference for _, differences in replayed for difference in differences] == []
    assert not DossierEvent.objects.filter(at__gt=NOW).exists()


def test_who_comes_to_an_office_lives_around_it_and_to_the_tenant_from_everywhere(demo: Loaded):
    tenant = Unit.objects.get(is_tenant=True)
    lower = set(Unit.objects.filter(offerings__isnull=False).exclude(pk=tenant.pk).values_list("name", flat=True))
    homes: dict[bool, set[str]] = {True: set(), False: set()}
    for office, name, address in Dossier.objects.values_list(
        "desk__parent", "desk__parent__name", "applicant_address"
    ):
        place = address.split(", ")[-1]
        assert place in lower
        assert office == tenant.pk or place == name
        homes[office == tenant.pk].add(place)
    assert homes[True] == lower


def test_the_rates_are_those_published_and_follow_from_counting(demo: Loaded):
    proportions = read_proportions()
    settled = Dossier.objects.resolved().filter(submitted_at__lt=NOW - SETTLED)
    wanted = {office.desk.pk: office.late for office in offices(proportions, local_day(NOW), SIZE)}
    late = settled.filter(finished_at__gt=F("due_at"))
    counted = Counter(late.values_list("desk", flat=True))
    assert all(count <= wanted[desk] for desk, count in counted.items())
    assert counted.total() >= 0.85 * sum(wanted.values())  # the others were withdrawn or stopped
    assert not late.filter(Q(late_unit=None) | Q(late_cause="")).exists()


def test_the_books_of_past_years_are_closed_and_this_years_are_not(demo: Loaded):
    years = dict.fromkeys(YearCounter.objects.filter(series=BOOK).order_by("year").values_list("year", flat=True))
    assert len(years) > 1
    left_open = YearCounter.objects.filter(series=BOOK).exclude(
        Exists(ClosedBook.objects.filter(desk=OuterRef("unit"), year=OuterRef("year"), last=OuterRef("last")))
    )
    assert set(left_open.values_list("year", flat=True)) == {NOW.year}
    assert all(book.closed_at == hanoi(book.year + 1, 1, 1, 0, 20) for book in ClosedBook.objects.all())


def test_one_may_sign_in_as_the_head_of_an_office_that_handles_dossiers(demo: Loaded):
    head = User.objects.get(username=LOGINS["leader"])
    assert head.has_usable_password()
    assert [(one.role, one.unit.is_desk) for one in head.memberships.all()] == [("leader", False)]
    assert Dossier.objects.filter(handler__in=head.units_as("leader")).exists()


def test_one_may_sign_in_where_cases_come_that_name_no_office(demo: Loaded):
    head = User.objects.get(username=LOGINS["reception"])
    assert head.has_usable_password()
    assert [(one.role, one.unit.slug) for one in head.memberships.all()] == [("leader", RECEPTION)]


def test_the_official_over_all_may_ask_for_the_digest(demo: Loaded):
    official = User.objects.get(username=LOGINS["official"])
    assert subscribe(user=official, every="week", language="vi", at=NOW).stopped_at is None


def test_demo_codes_count_up_without_gaps_and_real_ones_continue_from_there(demo: Loaded):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), sum(last) FROM (
                SELECT desk_id, split_part(code, '-', 2) AS day, count(*) AS n, max(right(code, 4)::int) AS top
                FROM dossiers_dossier GROUP BY 1, 2) codes
            JOIN units_daycounter counter ON counter.unit_id = codes.desk_id
                AND to_char(counter.day, 'YYMMDD') = codes.day AND counter.last = codes.n AND codes.n = codes.top
            """
        )
        matched, numbers = cursor.fetchone()
    assert matched == DayCounter.objects.count()
    assert numbers == demo.dossiers


def test_made_up_dossiers_are_never_mixed_with_others(demo: Loaded):
    with pytest.raises(ValueError, match="not empty"), as_owner():
        load(now=NOW, progress=lambda done, total: None, size=SIZE)
