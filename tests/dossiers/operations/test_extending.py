"""A term made longer for many copies leaves the dossier where it is."""

import pytest

from dossiers.models import Dossier
from dossiers.operations.finishing.actions import start_work
from dossiers.operations.finishing.same_day import extend_bulk_copies
from dossiers.operations.handover.actions import hand_over, take_over
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.factories import hanoi, make_offering, make_procedure, make_unit, register

pytestmark = pytest.mark.django_db
REASON = "Hơn hai trăm bản sao cần chứng thực"


@pytest.fixture
def dossier(city) -> Dossier:
    version = make_procedure("Chứng thực", term_amount=0, term_unit="same_day")
    return register(make_offering(version, city.ward), city.ward_desk, at=hanoi(2026, 3, 6, 9))


def extended(dossier: Dossier) -> Dossier:
    return extend_bulk_copies(dossier=dossier, working_days=2, reason=REASON, actor=None, at=hanoi(2026, 3, 6, 14))


def test_what_is_on_its_way_is_still_on_its_way_after_the_term_was_made_longer(city, dossier):
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 3, 6, 10))
    extended(dossier)
    assert [leg.unit for leg in dossier.legs.on_the_way()] == [city.ward]
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 6, 15))
    assert [leg.unit for leg in dossier.legs.in_hand()] == [city.ward]
    assert_row_is_what_its_events_say(dossier)


def test_who_has_it_by_now_keeps_it_when_the_term_is_made_longer(city, dossier):
    elsewhere = make_unit("Nơi tiếp tục", "ward", parent=city.district)
    hand_over(dossier=dossier, leg=0, unit=elsewhere, actor=None, at=hanoi(2026, 3, 6, 10))
    extended(dossier)
    assert [leg.unit for leg in dossier.legs.on_the_way()] == [elsewhere]
    assert extended_due(dossier) == hanoi(2026, 3, 10, 17)


def extended_due(dossier: Dossier):
    return Dossier.objects.get(pk=dossier.pk).due_at


def test_the_legs_to_come_are_those_of_the_way_as_it_is_now(city, dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 6, 10))
    before = list(dossier.legs.values_list("position", "unit", "handed_over_at"))
    extended(dossier)
    assert list(dossier.legs.values_list("position", "unit", "handed_over_at")) == before
