"""The twenty wards of 2015 become the three of 1 July 2025."""

from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from tests.factories import hanoi
from tests.units.seed import data
from units.models import CodeTemplate, Unit, UnitIdentifier
from units.reorganisation.actions import Reorganisation
from units.reorganisation.by_plan import reorganise
from units.reorganisation.successors import successors
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db

NOW = hanoi(2025, 7, 2)
EVE, DAY = date(2025, 6, 30), date(2025, 7, 1)
PLAN = data("reorganisation-2025.json")
THREE = {"phuong-hai-ba-trung": "00256", "phuong-bach-mai": "00277", "phuong-vinh-tuy": "00283"}


@pytest.fixture(autouse=True)
def _seeded() -> None:
    call_command("load_units", verbosity=0, stdout=StringIO())


@pytest.fixture
def done() -> Reorganisation:
    return reorganise(plan=PLAN, at=NOW)


def wards(on: date) -> dict[str, Unit]:
    tenant = Unit.objects.tenant()
    return {unit.slug: unit for unit in Unit.objects.under(tenant).of_kind("ward").in_force(on)}


def test_twenty_wards_end_on_one_day_and_three_begin_on_the_next(done: Reorganisation) -> None:
    before, after = wards(EVE), wards(DAY)
    assert (len(before), after.keys()) == (20, THREE.keys())
    assert not before.keys() & after.keys()
    assert {unit.valid_to for unit in before.values()} == {EVE}
    assert len(done.moves) == 40
    assert set(done.moves.values()) == {unit.pk for ward in after.values() for unit in (ward, ward.desk)}


def test_every_new_ward_stands_in_the_tree_with_its_desk(done: Reorganisation) -> None:
    tenant = Unit.objects.tenant()
    for ward in wards(DAY).values():
        assert ward.path == f"{tenant.path}{ward.pk}/"
        assert ward.desk.path == f"{ward.path}{ward.desk.pk}/"
    desks = Unit.objects.under(tenant).desks()
    assert (desks.in_force(EVE).count(), desks.in_force(DAY).count()) == (21, 4)
    assert CodeTemplate.objects.in_force(DAY).filter(unit__in=desks).count() == 4


def test_an_official_number_names_another_ward_after_the_day_than_before(done: Reorganisation) -> None:
    for slug, number in THREE.items():
        held = list(UnitIdentifier.objects.filter(scheme="gso", value=number).order_by("valid_from"))
        assert [(row.valid_to, row.unit.slug == slug) for row in held] == [(EVE, False), (None, True)]
    assert UnitIdentifier.objects.get(value="00256", valid_to=EVE).unit.slug == "le-dai-hanh"
    assert UnitIdentifier.objects.get(value="00277", valid_to=EVE).unit.slug == "bach-khoa"


def test_a_count_by_the_old_tree_and_by_the_new_one_has_the_same_total(done: Reorganisation) -> None:
    """Rule 23: the past by old or new tree, with equal totals."""
    by_old = Counter({unit.pk: 10 + place for place, unit in enumerate(wards(EVE).values())})
    successor_of = successors(DAY)
    by_new: Counter[int] = Counter()
    for unit_id, count in by_old.items():
        by_new[successor_of[unit_id]] += count
    assert by_new.keys() == {unit.pk for unit in wards(DAY).values()}
    assert by_new.total() == by_old.total()
    assert successors(EVE) == {}


def test_the_plan_is_carried_out_once(done: Reorganisation) -> None:
    units = Unit.objects.count()
    with pytest.raises(RuleBroken, match=r"^Bước 1: .*đã kết thúc hoạt động ngày 30/06/2025"):
        reorganise(plan=PLAN, at=NOW)
    assert Unit.objects.count() == units


def test_what_one_step_hands_on_a_later_step_may_hand_on_again() -> None:
    steps = [
        {"merge": ["dong-mac"], "into": "dong-nhan"},
        {"split": "cau-den", "into": ["thanh-nhan", "bach-khoa"], "takes_over": 1},
        {"merge": ["dong-nhan"], "into": "pho-hue"},
        {"move": "pho-hue", "under": "ha-noi"},
    ]
    done = reorganise(plan=PLAN | {"steps": steps}, at=NOW)
    names = dict(Unit.objects.values_list("pk", "slug"))
    assert {names[old]: names[new] for old, new in done.moves.items() if not names[old].startswith("mot-cua")} == {
        "dong-mac": "pho-hue",
        "dong-nhan": "pho-hue",
        "cau-den": "bach-khoa",
    }
    assert Unit.objects.get(slug="mot-cua-pho-hue").path.startswith(Unit.objects.get(slug="ha-noi").path)
    assert "pho-hue" not in wards(DAY)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({}, "Tệp cần có"),
        ({"on": "1/7/2025", "source": "NQ", "steps": []}, "Tệp cần có"),
        ([], "Tệp cần có"),
        (PLAN | {"steps": [{"merge": ["dong-mac"], "into": "dong-nhan"}, {}]}, "Bước 2 viết không đúng mẫu"),
        (PLAN | {"steps": [{"merge": ["dong-mac"], "into": {"name": "Mới"}}]}, "Bước 1 viết không đúng mẫu"),
        (PLAN | {"steps": [{"merge": ["dong-mac"], "into": None}]}, "Bước 1 viết không đúng mẫu"),
        (PLAN | {"steps": [{"merge": ["khong-co"], "into": "dong-nhan"}]}, "Bước 1: Không có đơn vị “khong-co”"),
        (PLAN | {"steps": [{"merge": ["dong-mac"], "into": "dong-mac"}]}, "Bước 1: .*vào chính nó"),
    ],
)
def test_a_plan_that_is_wrong_anywhere_changes_nothing(plan: object, expected: str) -> None:
    with pytest.raises(RuleBroken, match=expected):
        reorganise(plan=plan, at=NOW)
    assert not Unit.objects.exclude(valid_to=None).exists()
