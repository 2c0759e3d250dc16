"""Mergers, divisions and moves of offices: who goes on, from which day, and what is refused."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.factories import City, hanoi, make_kind, make_unit
from units.calendar.lookup import working_calendar
from units.models import CodeTemplate, OpeningHours, Unit, UnitIdentifier, UnitMove, UnitSuccessor
from units.reorganisation.actions import (
    NewDesk,
    NewUnit,
    Reorganisation,
    merge_units,
    reparent,
    split_unit,
)
from units.reorganisation.successors import parents, successor_of, successors, takers
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db

NOW = hanoi(2025, 7, 2)
EVE, DAY = date(2025, 6, 30), date(2025, 7, 1)
BEFORE = date(2015, 1, 1)


def new_ward(parent: Unit, slug: str = "moi", *, desk: bool = True, **given: object) -> NewUnit:
    place = NewDesk(f"Một cửa {slug}", "Một cửa", f"mot-cua-{slug}", f"N.{slug.upper()}") if desk else None
    return NewUnit("ward", f"Đơn vị {slug}", slug, slug, parent=parent, desk=place, **given)


def merge(*olds: Unit, new: Unit | NewUnit, on: date = DAY, source: str = "NQ 1", **given: object) -> Reorganisation:
    return merge_units(olds=olds, new=new, on=on, source=source, at=given.get("at", NOW))


def split(old: Unit, *new: Unit | NewUnit, share: str = "part", takes_over: int = 0) -> Reorganisation:
    parts = [(unit, share) for unit in new]
    return split_unit(old=old, parts=parts, takes_over=takes_over, on=DAY, source="NQ 1", at=NOW)


def fresh(unit: Unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


def test_two_offices_become_a_new_one_with_its_desk_from_the_day_on(city: City) -> None:
    done = merge(city.ward, city.other_ward, new=new_ward(city.district))
    ward, desk = Unit.objects.get(slug="moi"), Unit.objects.get(slug="mot-cua-moi")
    assert done == Reorganisation(
        DAY,
        {
            city.ward.pk: ward.pk,
            city.other_ward.pk: ward.pk,
            city.ward_desk.pk: desk.pk,
            city.other_desk.pk: desk.pk,
        },
    )
    assert (ward.path, desk.path) == (f"/{city.district.pk}/{ward.pk}/", f"/{city.district.pk}/{ward.pk}/{desk.pk}/")
    assert (ward.valid_from, desk.valid_from, desk.code_templates.get().valid_from) == (DAY, DAY, DAY)
    for old in (city.ward, city.ward_desk, city.other_ward, city.other_desk):
        assert fresh(old).valid_to == EVE
    assert fresh(city.district_desk).valid_to is None
    assert set(Unit.objects.under(city.district).of_kind("ward").in_force(DAY)) == {ward}
    assert set(Unit.objects.under(city.district).of_kind("ward").in_force(EVE)) == {city.ward, city.other_ward}
    assert set(UnitSuccessor.objects.values_list("share", "on", "source")) == {("whole", DAY, "NQ 1")}


def test_an_office_may_continue_in_one_that_exists(city: City) -> None:
    done = merge(city.ward, new=city.other_ward)
    assert done.moves == {city.ward.pk: city.other_ward.pk, city.ward_desk.pk: city.other_desk.pk}
    assert fresh(city.other_ward).valid_to is None


def test_the_numbers_of_an_office_that_ends_are_free_for_its_successor(city: City) -> None:
    UnitIdentifier.objects.create(unit=city.ward, scheme="gso", value="00256", valid_from=BEFORE)
    prefix = city.ward_desk.code_templates.get().prefix
    place = NewDesk("Một cửa", "Một cửa", "mot-cua-moi", prefix)
    merge(city.ward, new=NewUnit("ward", "Mới", "Mới", "moi", city.district, {"gso": "00256"}, desk=place))
    held = UnitIdentifier.objects.filter(value="00256").order_by("valid_from")
    assert [(row.unit.slug, row.valid_from, row.valid_to) for row in held] == [
        (city.ward.slug, BEFORE, EVE),
        ("moi", DAY, None),
    ]
    templates = CodeTemplate.objects.filter(prefix=prefix).order_by("valid_from")
    assert [(row.unit.slug, row.valid_to) for row in templates] == [(city.ward_desk.slug, EVE), ("mot-cua-moi", None)]


def test_a_number_that_was_to_begin_after_the_last_day_never_begins(city: City) -> None:
    UnitIdentifier.objects.create(unit=city.ward, scheme="gso", value="00257", valid_from=date(2025, 9, 1))
    merge(city.ward, new=new_ward(city.district))
    assert not UnitIdentifier.objects.filter(value="00257").exists()


def test_the_office_of_the_installation_hands_that_on(city: City) -> None:
    for unit in (city.ward, city.other_ward, city.department):
        reparent(unit=fresh(unit), parent=None, on=DAY, source="NQ 1", at=NOW)
    merge(fresh(city.district), new=NewUnit("district", "Mới", "Mới", "moi", desk=NewDesk("M", "M", "mot-cua-moi")))
    assert Unit.objects.tenant().slug == "moi"
    assert not fresh(city.district).is_tenant


def test_a_divided_office_leaves_parts_and_one_of_them_takes_what_was_open(city: City) -> None:
    done = split(city.ward, city.other_ward, new_ward(city.district), takes_over=1)
    ward, desk = Unit.objects.get(slug="moi"), Unit.objects.get(slug="mot-cua-moi")
    assert done.moves == {city.ward.pk: ward.pk, city.ward_desk.pk: desk.pk}
    assert fresh(city.ward).valid_to == EVE
    links = UnitSuccessor.objects.filter(old=city.ward)
    assert {(link.new_id, link.share) for link in links} == {(ward.pk, "part"), (city.other_ward.pk, "part")}
    assert successors(DAY) == {}
    assert (takers(DAY), takers(EVE)) == (done.moves, {})
    with pytest.raises(IntegrityError, match="successor_takes_over_once"), transaction.atomic():
        links.update(takes_over=True)


def test_what_a_merged_and_then_divided_office_had_open_continues_to_the_end(city: City) -> None:
    done = merge(city.ward, new=new_ward(city.district))
    new = Unit.objects.get(slug="moi")
    day = date(DAY.year, DAY.month + 1, 1)
    others = [(new_ward(city.district, slug), "part") for slug in ("a", "b")]
    parts = split_unit(old=new, parts=others, takes_over=1, on=day, source="NQ 2", at=NOW)
    assert takers(DAY) == done.moves
    assert takers(day) == parts.moves | {old: parts.moves[successor] for old, successor in done.moves.items()}
    assert successors(day) == {}


def test_a_unit_moves_with_all_below_it_and_the_old_tree_is_remembered(city: City) -> None:
    root = make_unit("Trên", "city")
    done = reparent(unit=city.ward, parent=root, on=DAY, source="NQ 1", at=NOW)
    assert done == Reorganisation(DAY, {})
    assert fresh(city.ward_desk).path == f"/{root.pk}/{city.ward.pk}/{city.ward_desk.pk}/"
    assert (parents(EVE)[city.ward.pk], parents(DAY)[city.ward.pk]) == (city.district.pk, root.pk)
    reparent(unit=fresh(city.ward), parent=None, on=date(2025, 7, 2), source="NQ 2", at=NOW)
    shown = [parents(day)[city.ward.pk] for day in (EVE, DAY, date(2025, 7, 2))]
    assert shown == [city.district.pk, root.pk, None]
    assert parents(EVE)[city.ward_desk.pk] == city.ward.pk


def test_a_due_date_of_before_the_move_is_reckoned_by_the_hours_of_before(city: City) -> None:
    OpeningHours.objects.create(unit=city.district, weekday=0, opens="07:00", closes="11:00")
    before = working_calendar(fresh(city.ward_desk))
    reparent(unit=city.ward, parent=None, on=DAY, source="NQ 1", at=NOW)
    desk = fresh(city.ward_desk)
    assert working_calendar(desk).weekly_hours(1)
    assert not working_calendar(desk, int(before.version)).weekly_hours(1)


def test_heirs_are_found_through_any_number_of_mergers_as_of_a_day(city: City) -> None:
    third = make_unit("Ba", "ward", city.district, valid_from=date(2018, 1, 1))
    make_unit("Một cửa Ba", "desk", third)
    merge(city.ward, new=city.other_ward, on=date(2020, 2, 1))
    merge(city.other_ward, new=third, on=DAY)
    assert successors(date(2020, 1, 31)) == {}
    assert successors(EVE)[city.ward.pk] == city.other_ward.pk
    assert {successors(DAY)[unit.pk] for unit in (city.ward, city.other_ward)} == {third.pk}
    assert successors(DAY)[city.ward_desk.pk] == third.desk.pk
    assert (successor_of(city.ward.pk, DAY), successor_of(third.pk, DAY)) == (third.pk, third.pk)
    Unit.objects.filter(pk=third.pk).update(valid_to=date(2026, 1, 1))
    assert city.ward.pk not in successors(date(2026, 1, 2))


def refused(field: str, what: str):
    return pytest.raises(RuleBroken, match=what, check=lambda broken: broken.field == field)


def test_what_cannot_be_merged_is_refused_and_nothing_is_changed(city: City) -> None:
    stored = list(Unit.objects.order_by("pk").values())
    for field, what, olds, given in [
        ("olds", "ít nhất một", (), {"new": city.ward}),
        ("new", "vào chính nó", (city.ward, city.other_ward), {"new": city.other_ward}),
        ("olds", "còn đơn vị trực thuộc", (city.district,), {"new": city.ward}),
        ("new", "bên dưới nó", (city.ward,), {"new": city.ward_desk}),
        ("new.parent", "bên dưới nó", (city.ward,), {"new": new_ward(city.ward)}),
        ("new", "không cùng loại", (city.ward,), {"new": city.district_desk}),
        ("new.desk", "chưa có nơi tiếp nhận", (city.ward,), {"new": city.department}),
        ("new.desk", "chưa có nơi tiếp nhận", (city.ward,), {"new": new_ward(city.district, desk=False)}),
        ("on", "bắt đầu hoạt động \\(01/01/2015\\)", (city.ward,), {"new": city.other_ward, "on": BEFORE}),
        ("on", "từ năm 2000 đến năm 2028", (city.ward,), {"new": city.other_ward, "on": date(2029, 1, 1)}),
        ("on", "từ năm 2000 đến năm 2028", (city.ward,), {"new": city.other_ward, "on": date(1999, 1, 1)}),
        ("source", "căn cứ", (city.ward,), {"new": city.other_ward, "source": " "}),
        ("new.slug", "đã tồn tại", (city.ward,), {"new": new_ward(city.district, city.other_ward.slug)}),
        ("new.kind", "loại đơn vị", (city.ward,), {"new": NewUnit("moon", "M", "M", "m")}),
    ]:
        with refused(field, what):
            merge(*olds, **given)
    assert list(Unit.objects.order_by("pk").values()) == stored
    assert not UnitSuccessor.objects.exists()


def test_a_number_another_office_holds_is_refused_in_words(city: City) -> None:
    UnitIdentifier.objects.create(unit=city.other_ward, scheme="gso", value="00256", valid_from=BEFORE)
    with refused("new.identifiers", "thuộc về một đơn vị khác"):
        merge(city.ward, new=new_ward(city.district, identifiers={"gso": "00256"}))
    assert fresh(city.ward).valid_to is None


def test_an_office_ends_once(city: City) -> None:
    merge(city.ward, new=city.other_ward)
    with refused("olds", "đã kết thúc hoạt động ngày 30/06/2025"):
        merge(city.ward, new=new_ward(city.district))
    with refused("olds", "đã kết thúc"):
        split(city.ward, new_ward(city.district, "a"), new_ward(city.district, "b"))
    with refused("new", "không hoạt động vào ngày 01/07/2025"):
        merge(city.other_ward, new=city.ward)
    with refused("unit", "không hoạt động vào ngày"):
        reparent(unit=fresh(city.ward), parent=None, on=DAY, source="NQ 1", at=NOW)


def test_a_division_has_two_parts_or_more_and_none_of_them_is_the_whole(city: City) -> None:
    one, two = new_ward(city.district, "a"), new_ward(city.district, "b")
    for field, what, parts, given in [
        ("parts", "ít nhất hai", (one,), {}),
        ("parts", "một phần", (one, two), {"share": "whole"}),
        ("parts", "hai lần", (one, one), {}),
        ("takes_over", "hồ sơ đang giải quyết", (one, two), {"takes_over": 2}),
        ("parts-1", "vào chính nó", (one, city.ward), {}),
    ]:
        with refused(field, what):
            split(city.ward, *parts, **given)
    assert fresh(city.ward).valid_to is None


def test_a_move_that_makes_no_sense_is_refused(city: City) -> None:
    make_kind("city")
    for field, what, given in [
        ("parent", "bên dưới nó", {"parent": city.ward_desk}),
        ("parent", "bên dưới nó", {"parent": city.ward}),
        ("parent", "đã trực thuộc", {"parent": city.district}),
        ("on", "chưa|đã đến ngày", {"parent": None, "on": date(2025, 7, 3)}),
        ("parent", "không hoạt động", {"parent": make_unit("Sau", "city", valid_from=date(2026, 1, 1))}),
        ("source", "căn cứ", {"parent": None, "source": ""}),
    ]:
        with refused(field, what):
            reparent(**{"unit": city.ward, "on": DAY, "source": "NQ 1", "at": NOW} | given)
    reparent(unit=city.ward, parent=None, on=DAY, source="NQ 1", at=NOW)
    with refused("on", "đã được chuyển"):
        reparent(unit=fresh(city.ward), parent=city.district, on=DAY, source="NQ 1", at=NOW)
    assert UnitMove.objects.count() == 1
