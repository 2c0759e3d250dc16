"""`manage.py merge_units`: units, roles and offerings in one go, or nothing at all."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership
from dossiers.models import Dossier
from procedures.models import Offering
from tests.factories import City, hanoi, make_offering, make_procedure, make_units, make_user, register
from units.models import Unit, UnitSuccessor

pytestmark = pytest.mark.django_db

DAY = date(2025, 7, 1)


@pytest.fixture
def city() -> City:
    """Two wards that offer the same, with one clerk each."""
    city, version = make_units(), make_procedure()
    for ward in (city.ward, city.other_ward):
        make_offering(version, ward)
        make_user("clerk", ward.desk)
    for role, name in (("administrator", "mot"), ("official", "hai")):
        make_user(role, city.district, username=name)
    return city


@pytest.fixture
def plan(city: City, tmp_path: Path) -> Path:
    new = {
        "kind": "ward",
        "name": "Đơn vị mới",
        "short_name": "Mới",
        "slug": "moi",
        "parent": city.district.slug,
        "desk": {"name": "Một cửa mới", "short_name": "Mới", "slug": "mot-cua-moi", "code_prefix": "N.1"},
    }
    steps = [{"merge": [city.ward.slug, city.other_ward.slug], "into": new}]
    return written(tmp_path, {"on": "2025-07-01", "source": "NQ 1", "steps": steps})


PEOPLE = ("--proposed-by", "mot", "--approved-by", "hai")


def written(folder: Path, plan: object) -> Path:
    file = folder / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    return file


def run(file: Path, *arguments: str) -> str:
    """By two people, unless something else is asked for."""
    output = StringIO()
    call_command("merge_units", str(file), *(arguments or PEOPLE), stdout=output)
    return output.getvalue()


def everything() -> list[object]:
    models = (Unit, UnitSuccessor, Membership, Offering)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_command_hands_on_units_roles_and_offerings_and_says_what_it_did(city: City, plan: Path) -> None:
    output = run(plan)
    assert "Phường Thử Nhất -> Đơn vị mới" in output
    assert "2025-07-01: 4 units continued, 2 roles, 1 offerings and 0 open dossiers handed on." in output
    ward = Unit.objects.get(slug="moi")
    clerks = Membership.objects.in_force(DAY).filter(role="clerk")
    assert set(clerks.values_list("unit_id", flat=True)) == {ward.desk.pk}
    assert Offering.objects.in_force(DAY).get().unit == ward


def test_an_open_dossier_keeps_its_code_and_continues_at_the_desk_of_the_new_office(city: City, plan: Path) -> None:
    """Rule 23, with its dates."""
    dossier = register(Offering.objects.get(unit=city.ward), city.ward_desk, at=hanoi(2025, 6, 30))
    code, due_at = dossier.code, dossier.due_at
    assert "and 1 open dossiers handed on." in run(plan)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert (dossier.code, dossier.receiving_desk, dossier.due_at) == (code, city.ward_desk, due_at)
    assert dossier.desk == Unit.objects.get(slug="mot-cua-moi")


def test_a_dry_run_says_the_same_and_changes_nothing(city: City, plan: Path) -> None:
    before = everything()
    output = run(plan, "--dry-run")
    assert everything() == before
    assert output.strip().endswith("0 open dossiers handed on. Nothing was changed.")
    assert run(plan).strip() == output.strip().removesuffix(" Nothing was changed.")


def test_a_plan_that_breaks_a_rule_ends_with_its_sentence(city: City, plan: Path, tmp_path: Path) -> None:
    before = everything()
    content = json.loads(plan.read_text(encoding="utf-8"))
    content["steps"].append({"merge": [city.ward.slug], "into": "moi"})
    with pytest.raises(CommandError, match=r"Bước 2: .*đã kết thúc hoạt động ngày 30/06/2025"):
        run(written(tmp_path, content))
    assert everything() == before


@pytest.mark.usefixtures("city")
def test_a_file_that_cannot_be_read_and_a_person_nobody_knows_are_named(plan: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.json is not a readable JSON file"):
        run(tmp_path / "nowhere.json")
    with pytest.raises(CommandError, match="Nobody signs in as khong-co"):
        run(plan, "--proposed-by", "mot", "--approved-by", "khong-co")
    plan.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match=r"plan\.json is not a readable JSON file"):
        run(plan)


@pytest.mark.parametrize(
    ("people", "message"),
    [
        (("--proposed-by", "mot"), "Two people are needed"),
        (("--proposed-by", "mot", "--approved-by", "mot"), "Nobody approves what they proposed"),
        (("--proposed-by", "hai", "--approved-by", "mot"), "hai is not administrator of the whole tenant"),
        (("--proposed-by", "mot", "--approved-by", "ba"), "ba is not administrator or official of the whole tenant"),
    ],
)
def test_one_person_alone_or_without_the_role_changes_nothing(
    city: City, plan: Path, people: tuple[str, ...], message: str
) -> None:
    make_user("official", city.ward, username="ba")
    before = everything()
    with pytest.raises(CommandError, match=message):
        run(plan, *people)
    assert everything() == before
