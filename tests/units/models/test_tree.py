from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from units.models import CodeTemplate, Unit, UnitIdentifier, UnitKind, UnitSuccessor

pytestmark = pytest.mark.django_db

START = date(2011, 1, 1)


def kind(code: str) -> UnitKind:
    return UnitKind.objects.get_or_create(code=code, defaults={"name": code, "name_en": code})[0]


def unit(slug: str, parent: Unit | None = None, code: str = "ward", **values: object) -> Unit:
    defaults = {"name": slug.title(), "short_name": slug.title(), "valid_from": START}
    return Unit.objects.create(slug=slug, kind=kind(code), parent=parent, **{**defaults, **values})


def identifier(of: Unit, value: str, valid_from: date, valid_to: date | None = None, scheme: str = "gso") -> None:
    with transaction.atomic():
        UnitIdentifier.objects.create(unit=of, scheme=scheme, value=value, valid_from=valid_from, valid_to=valid_to)


def test_everything_below_an_office_is_found_by_its_path() -> None:
    city = unit("city")
    district = unit("district", city)
    ward, desk = unit("ward", district), unit("desk", district, "desk")
    elsewhere = unit("elsewhere", city)
    assert set(Unit.objects.under(district)) == {district, ward, desk}
    assert set(Unit.objects.under(city)) == {city, district, ward, desk, elsewhere}
    assert set(Unit.objects.under(ward)) == {ward}


def test_moving_an_office_takes_everything_below_it_along() -> None:
    old, new = unit("old"), unit("new")
    office = unit("office", old)
    desk = unit("desk", office, "desk")
    office.parent = new
    office.save()
    desk.refresh_from_db()
    assert desk.path == f"/{new.pk}/{office.pk}/{desk.pk}/"
    assert set(Unit.objects.under(new)) == {new, office, desk}
    assert set(Unit.objects.under(old)) == {old}


def test_an_office_cannot_be_placed_below_itself() -> None:
    office = unit("office")
    below = unit("below", office)
    office.parent = below
    with pytest.raises(ValidationError), transaction.atomic():
        office.full_clean()
    with pytest.raises(ValueError, match="below itself"), transaction.atomic():
        office.save()


def test_an_office_knows_its_desk_and_a_desk_its_office() -> None:
    office = unit("office")
    desk = unit("desk", office, "desk")
    assert office.desk == desk
    assert desk.office == office
    assert desk.desk == desk
    assert office.office == office
    assert unit("without").desk is None


def test_units_are_in_force_from_their_first_to_their_last_day() -> None:
    ward = unit("ward", valid_to=date(2025, 6, 30))
    assert list(Unit.objects.in_force(date(2025, 6, 30))) == [ward]
    assert list(Unit.objects.in_force(date(2025, 7, 1))) == []
    assert not ward.is_in_force(date(2025, 7, 1))


def test_an_installation_belongs_to_one_office() -> None:
    unit("one", is_tenant=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        unit("two", is_tenant=True)
    assert Unit.objects.tenant().slug == "one"


def test_a_position_has_both_coordinates() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        unit("half", position_lat="21.01")


def test_an_official_number_may_be_used_again_only_after_its_last_day() -> None:
    """The number of one ward was given to another at the reform of 1 July 2025."""
    before, after = unit("before"), unit("after")
    identifier(before, "00256", START, date(2025, 6, 30))
    with pytest.raises(IntegrityError):
        identifier(after, "00256", date(2025, 6, 30))
    identifier(after, "00256", date(2025, 7, 1))
    identifier(before, "00256", START, scheme="other")


def test_an_office_has_one_number_of_a_scheme_at_a_time() -> None:
    ward = unit("ward")
    identifier(ward, "1", START, date(2020, 12, 31))
    with pytest.raises(IntegrityError):
        identifier(ward, "2", date(2020, 1, 1))
    identifier(ward, "2", date(2021, 1, 1))


def test_an_administrator_is_told_which_number_is_taken() -> None:
    identifier(unit("first"), "00256", START)
    taken = UnitIdentifier(unit=unit("second"), scheme="gso", value="00256", valid_from=START)
    with pytest.raises(ValidationError, match="một đơn vị khác"):
        taken.full_clean()


def test_a_unit_has_one_code_template_at_a_time_and_no_prefix_is_shared() -> None:
    desk, other = unit("desk", code="desk"), unit("other", code="desk")
    CodeTemplate.objects.create(unit=desk, prefix="H26.19.01", valid_from=START, valid_to=date(2025, 12, 31))
    for of, prefix in ((desk, "H26.19.02"), (other, "H26.19.01")):
        with pytest.raises(IntegrityError), transaction.atomic():
            CodeTemplate.objects.create(unit=of, prefix=prefix, valid_from=date(2025, 12, 31))
    CodeTemplate.objects.create(unit=desk, prefix="H26.19.02", valid_from=date(2026, 1, 1))
    assert desk.code_templates.in_force(date(2026, 1, 1)).get().prefix == "H26.19.02"


def test_a_merged_office_has_one_successor_for_the_whole_but_many_for_parts() -> None:
    old, one, two = unit("old"), unit("one"), unit("two")
    for new in (one, two):
        UnitSuccessor.objects.create(old=old, new=new, share="part", takes_over=new == one, on=date(2025, 7, 1))
    merged = unit("merged")
    UnitSuccessor.objects.create(old=merged, new=one, on=date(2025, 7, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitSuccessor.objects.create(old=merged, new=two, on=date(2025, 7, 1))
