"""The officials' page of any span and of any past day: the same figures again, whatever happened since."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from dossiers.clock.states import Outcome
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.pauses.actions import ask_payment
from reporting.dashboards.overview.figures import overview
from reporting.definitions.on_time import Rate
from reporting.definitions.periods import Span
from reporting.rollup.actions import note_open, recount_stale
from tests.factories import hanoi, make_offering, make_procedure, make_user, register
from tests.reporting.helpers import held
from units.clock.days import local_day
from units.models import Unit

pytestmark = pytest.mark.django_db

YEAR = Span.parse("2026")
END_OF_MARCH = hanoi(2026, 3, 31).date()


def brought_up(at):
    while recount_stale():
        pass
    note_open(at=at)


def figures_of(page):
    """What a page says, without the moment it was read at."""
    names = ("counts", "before", "overdue", "overdue_at_end", "waiting", "overdue_units", "trend", "ranking", "fields")
    return {name: getattr(page, name) for name in names}


def test_as_it_stood_on_31_march_is_the_same_to_the_last_digit_whatever_happened_since(city):
    offering = make_offering(make_procedure(), city.ward)
    done, late, paying, later = (register(offering, city.ward_desk, at=hanoi(2026, 3, day)) for day in (2, 3, 4, 27))
    for one in (done, late, paying):
        start_work(dossier=one, actor=None, at=hanoi(2026, 3, 5))
    finish_dossier(dossier=done, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 6))
    ask_payment(dossier=paying, amount_vnd=50_000, purpose="Lệ phí trước bạ", actor=None, at=hanoi(2026, 3, 6))

    def page(at):
        brought_up(at)
        units = list(Unit.objects.order_by("pk"))
        return overview(units, YEAR, at=at, soon_until=at, whole=True, as_of=END_OF_MARCH)

    first = page(hanoi(2026, 4, 1, 1))
    assert (first.counts.received, first.overdue, first.waiting.payment) == (4, 1, 1)
    assert first.rate_with_overdue == Rate(1, 2)
    finish_dossier(dossier=late, outcome=Outcome.GRANTED, cause="other", actor=None, at=hanoi(2026, 4, 2))
    start_work(dossier=later, actor=None, at=hanoi(2026, 4, 2))
    finish_dossier(dossier=later, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 4, 3))
    register(offering, city.ward_desk, at=hanoi(2026, 4, 6))
    assert figures_of(page(hanoi(2026, 6, 1))) == figures_of(first)


def test_a_day_nobody_noted_yet_is_counted_from_the_events(city):
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=hanoi(2026, 3, 2))
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 10))
    units = [city.ward]
    page = overview(units, YEAR, at=hanoi(2026, 4, 1), soon_until=hanoi(2026, 4, 1), whole=True, as_of=END_OF_MARCH)
    assert (page.overdue, [(one.unit, one.count) for one in page.overdue_units]) == (1, [(city.ward, 1)])


def test_the_lists_of_a_past_day_hold_what_its_figures_count(client, city):
    """Overdue ten days ago at two units, one finished since; a page for one unit, its branch, and all."""
    now = timezone.now()
    for unit, desk in ((city.ward, city.ward_desk), (city.department, city.district_desk)):
        office = city.district if unit == city.department else unit
        offering = make_offering(make_procedure(), office, handler=unit)
        made = [register(offering, desk, at=now - timedelta(days=40)) for _ in range(2)]
        for one in made:
            start_work(dossier=one, actor=None, at=now - timedelta(days=39))
        finish_dossier(dossier=made[0], outcome=Outcome.GRANTED, cause="other", actor=None, at=now - timedelta(days=3))
    brought_up(now)
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    day = local_day(now) - timedelta(days=10)
    scopes = [{}, {"don-vi": city.ward.slug, "pham-vi": "rieng"}, {"don-vi": city.district.slug, "pham-vi": "nhanh"}]
    for scope, overdue in zip(scopes, (4, 2, 4), strict=True):
        asked = {"ky": str(day.year), "tinh-den": day.isoformat()} | scope
        page = client.get(reverse("reporting:overview"), asked).context["page"]
        listed = client.get(reverse("reporting:dossiers"), {"tinh-trang": "qua-han"} | asked)
        assert page.overdue == held(listed) == overdue
    late = client.get(reverse("reporting:dossiers"), {"tinh-trang": "tre-han", "ky": f"2000-01-01_{now.year}-12-31"})
    assert held(late) == 2


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"ky": "2026-Q7"}, "ky"),
        ({"tu": "2026-03-05", "den": "2026-03-01"}, "den"),
        ({"tu": "2026-03-05"}, "den"),
        ({"den": "2026-03-05"}, "tu"),
        ({"tu": "2999-01-01", "den": "2999-01-02"}, "tu"),
        ({"tinh-den": "2999-01-01"}, "tinh-den"),
        ({"tu": "0001-01-01", "den": "9999-12-31"}, "tu"),
        ({"tu": "2026-03-05", "den": "9999-12-31"}, "den"),
        ({"tinh-den": "hôm qua"}, "tinh-den"),
        ({"tinh-den": "0001-01-01"}, "tinh-den"),
        ({"ky": "2999"}, "ky"),
        ({"ky": "0001"}, "ky"),
        ({"ky": "2026-03-05_9999-12-31"}, "ky"),
    ],
)
def test_what_cannot_be_asked_is_shown_beside_the_field_and_kept(client, city, asked, field):
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    for page in ("overview", "offices", "channels", "procedures", "supplements_and_apologies"):
        response = client.get(reverse(f"reporting:{page}"), asked)
        assert response.status_code == 422, page
        content = response.content.decode()
        assert f"id_{field}_error" in content, page
        assert all(f'value="{value}"' in content for name, value in asked.items() if name != "ky"), page


@pytest.mark.parametrize(
    ("page", "asked", "field"),
    [
        ("dossiers", {"ky": "2999"}, "thang"),
        ("dossiers", {"ky": "0001-01-01_9999-12-31"}, "thang"),
        ("dossiers", {"tinh-den": "2999-01-01"}, "tinh-den"),
        ("dossiers", {"tinh-den": "0001-01-01"}, "tinh-den"),
        ("comparing", {"ky": "2999"}, "ky"),
        ("comparing", {"ky-2": "1800"}, "ky-2"),
    ],
)
def test_lists_and_comparisons_know_no_more_of_what_is_to_come(client, city, page, asked, field):
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    response = client.get(reverse(f"reporting:{page}"), asked)
    assert response.status_code == 422
    assert f"id_{field}_error" in response.content.decode()


def test_another_units_page_does_not_exist(client, city):
    client.force_login(make_user(Membership.Role.LEADER, city.ward))
    assert client.get(reverse("reporting:overview"), {"don-vi": city.ward.slug}).status_code == 200
    assert client.get(reverse("reporting:overview"), {"don-vi": city.other_ward.slug}).status_code == 404
