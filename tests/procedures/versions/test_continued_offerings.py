"""What offices offered goes on at the offices that continue them."""

from datetime import date, time
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from procedures.models import Offering, OfferingQuerySet
from procedures.versions.actions.offerings import continue_offerings
from tests.factories import SINCE, City, hanoi, make_offering, make_procedure
from tests.units.seed import data
from units.models import Unit
from units.reorganisation.by_plan import reorganise

pytestmark = pytest.mark.django_db

EVE, DAY = date(2025, 6, 30), date(2025, 7, 1)
AT = hanoi(2025, 7, 2)


def offered(city: City, on: date) -> OfferingQuerySet:
    return Offering.objects.in_force(on).filter(unit__in=Unit.objects.under(city.district))


def terms_of(offering: Offering) -> tuple[int, int, int | None, str, time | None]:
    return (
        offering.unit_id,
        offering.handler_id,
        offering.committed_amount,
        offering.committed_unit,
        offering.cut_off,
    )


def join(city: City) -> tuple[int, Offering]:
    """Both wards go on in the department, for want of a third; the one offering in force there afterwards."""
    begun = continue_offerings(
        moves={city.ward.pk: city.department.pk, city.other_ward.pk: city.department.pk}, on=DAY, at=AT
    )
    return begun, offered(city, DAY).get()


def test_what_two_offices_offered_is_offered_once_by_the_one_that_continues(city: City) -> None:
    version = make_procedure()
    own = {"committed_amount": 3, "committed_unit": "working_day", "cut_off": time(10)}
    for office in (city.ward, city.other_ward):
        make_offering(version, office, **own)
    begun, offering = join(city)
    assert (begun, terms_of(offering)) == (1, (city.department.pk, city.department.pk, 3, "working_day", time(10)))
    assert offering.valid == DateRange(DAY, None)
    assert {row.unit_id for row in offered(city, EVE)} == {city.ward.pk, city.other_ward.pk}


def test_a_promise_only_one_of_the_joined_offices_made_is_not_made_for_the_other(city: City) -> None:
    version = make_procedure()
    make_offering(version, city.ward, committed_amount=3, committed_unit="working_day")
    make_offering(version, city.other_ward)
    assert terms_of(join(city)[1])[2:] == (None, "", None)


def test_an_offering_that_was_to_end_still_ends_on_its_day(city: City) -> None:
    make_offering(make_procedure(), city.ward, valid=DateRange(SINCE, date(2026, 1, 1)))
    assert join(city)[1].valid == DateRange(DAY, date(2026, 1, 1))


def test_a_handler_that_ends_is_replaced_where_the_office_itself_continues(city: City) -> None:
    offering = make_offering(make_procedure(), city.district, handler=city.department)
    assert continue_offerings(moves={city.department.pk: city.ward.pk}, on=DAY, at=AT) == 1
    after = offered(city, DAY).get()
    assert (after.unit, after.handler) == (city.district, city.ward)
    assert offered(city, EVE).get() == offering


def test_an_office_that_continues_keeps_its_own_offering(city: City) -> None:
    version = make_procedure()
    make_offering(version, city.ward)
    stored = make_offering(version, city.other_ward, committed_amount=2, committed_unit="working_day")
    assert continue_offerings(moves={city.ward.pk: city.other_ward.pk}, on=DAY, at=AT) == 0
    assert offered(city, DAY).get() == stored


@pytest.mark.usefixtures("catalogue")
def test_the_catalogue_is_loaded_again_after_the_reform_without_bringing_old_offices_back() -> None:
    done = reorganise(plan=data("reorganisation-2025.json"), at=AT)
    assert continue_offerings(moves=done.moves, on=done.on, at=AT) == 3 * 142
    call_command("load_catalogue", "--force", stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    offered = {ward.slug: ward.offerings.in_force(DAY).count() for ward in Unit.objects.of_kind("ward")}
    assert {slug: count for slug, count in offered.items() if count} == {
        "phuong-hai-ba-trung": 142,
        "phuong-bach-mai": 142,
        "phuong-vinh-tuy": 142,
    }
