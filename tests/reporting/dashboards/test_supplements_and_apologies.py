"""Requests for papers and apologies: counted with the other tallies, proved with them, and listed as counted."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from accounts.models import Membership
from dossiers.clock.states import Outcome, Status
from reporting.dashboards.supplements_and_apologies.figures import SupplementCounts, supplement_figures
from reporting.definitions.periods import Month
from reporting.models import SupplementTally
from reporting.rollup.actions import recount, recount_everything
from reporting.rollup.reading import Period
from reporting.rollup.reconciliation import reconcile
from tests.databases import travel_to
from tests.factories import hanoi, make_user
from tests.reporting.helpers import dossier, held, offer, save

pytestmark = pytest.mark.django_db

DUE = hanoi(2026, 11, 12, 17)
LATE, LATER = hanoi(2026, 11, 13, 9), hanoi(2026, 11, 20, 9)
NOVEMBER = Period.at(Month(2026, 11), hanoi(2026, 12, 5))


@pytest.fixture
def november(city):
    """At the ward, one of each; at the other ward, one that was only asked for papers."""
    ward, other = offer(city.ward), offer(city.other_ward)
    new = {"due_at": DUE, "new_due_at": hanoi(2026, 11, 17, 17)}
    save(
        dossier(ward, due_at=DUE, finished_at=DUE),
        dossier(ward, due_at=DUE, finished_at=DUE, supplements=1),
        dossier(ward, due_at=DUE, finished_at=DUE, supplements=3),
        dossier(ward, due_at=DUE, finished_at=LATE),
        dossier(ward, finished_at=LATE, **new),
        dossier(ward, finished_at=LATER, is_late_apology=True, **new),
        dossier(ward, due_at=DUE, finished_at=LATER, outcome=Outcome.WITHDRAWN),
        dossier(ward, due_at=DUE, finished_at=LATER, status=Status.REFUSED, supplements=1),
        dossier(ward, due_at=DUE, finished_at=hanoi(2026, 12, 1), supplements=1),
        dossier(ward, due_at=DUE, supplements=1),
        dossier(other, due_at=DUE, finished_at=DUE, supplements=1),
    )
    recount_everything()


def test_each_count_is_what_its_name_says(city, november):
    page = supplement_figures([city.ward, city.other_ward], NOVEMBER)
    ward, other = (row.counts for row in page.units)
    assert ward == SupplementCounts(
        finished=8,
        late=3,
        supplemented=3,
        repeated=1,
        requests=5,
        reappointed=2,
        late_apologies=1,
        unapologised=1,
        late_again=1,
    )
    assert other == SupplementCounts(finished=1, supplemented=1, requests=1)
    assert page.all == ward + other
    assert [row.counts.supplemented for row in page.procedures] == [3, 1]


def test_the_count_of_single_days_is_the_count_of_everything_and_is_proved(city, november):
    stored = list(SupplementTally.objects.order_by("unit", "day").values_list("unit", "day", "requests", "late_again"))
    for day in {row[1] for row in stored}:
        recount(city.ward.pk, day)
        recount(city.other_ward.pk, day)
    assert (
        list(SupplementTally.objects.order_by("unit", "day").values_list("unit", "day", "requests", "late_again"))
        == stored
    )
    assert reconcile(at=hanoi(2026, 12, 2)).is_good
    SupplementTally.objects.filter(unit=city.ward).update(requests=99)
    assert not reconcile(at=hanoi(2026, 12, 2) + timedelta(hours=1)).is_good


def test_every_number_leads_to_as_many_rows(client, city, november):
    with travel_to(hanoi(2026, 12, 1)):
        client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
        page = BeautifulSoup(
            client.get(reverse("reporting:supplements_and_apologies"), {"thang": "2026-11"}).content, "html.parser"
        )
        links = page.select("main td a")
        assert len(links) > 10
        for link in links:
            listed = held(client.get(link["href"]))
            assert link.get_text().split(":")[-1].strip() == str(listed), link["href"]
