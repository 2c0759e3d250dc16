from io import StringIO

import pytest
from django.core.management import call_command

from procedures.data_files import word_list
from procedures.models import Field, Offering, Procedure, ProcedureVersion, ProcessStep, RequiredDocument
from procedures.terms import process_hours
from tests.procedures.conftest import TODAY
from units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def _load(*arguments: str) -> str:
    output = StringIO()
    call_command("load_catalogue", *arguments, stdout=output)
    return output.getvalue()


def _contents() -> dict[str, object]:
    return {
        "versions": list(ProcedureVersion.objects.order_by("pk").values("pk", "name", "term_amount", "rest_folded")),
        "documents": list(RequiredDocument.objects.order_by("pk").values_list("pk", "version", "name")),
        "offerings": list(Offering.objects.order_by("pk").values_list("pk", "unit", "committed_amount")),
        "process": list(ProcessStep.objects.order_by("pk").values_list("pk", "hours")),
    }


def test_the_summary_counts_what_is_offered_where(catalogue: str) -> None:
    assert "463 procedures, 3,044 offerings" in catalogue
    assert "204 procedures at 1 office(s)" in catalogue
    assert "142 procedures at 20 office(s)" in catalogue


def test_every_office_takes_in_what_its_level_offers() -> None:
    wards = Unit.objects.of_kind("ward")
    assert wards.count() == 20
    for unit in wards:
        assert Offering.objects.in_force(TODAY).filter(unit=unit).count() == 142
    assert Offering.objects.in_force(TODAY).filter(unit__is_tenant=True).count() == 204
    assert ProcedureVersion.objects.on_offer(TODAY).count() == 346


def test_a_second_load_changes_nothing_and_says_so() -> None:
    before = _contents()
    assert "Catalogue unchanged." in _load()
    assert _contents() == before


def test_loading_by_force_keeps_every_row_and_takes_away_what_the_files_do_not_name() -> None:
    before = _contents()
    version = ProcedureVersion.objects.get(procedure__ref="1.001193")
    RequiredDocument.objects.create(version=version, position=90, name="Giấy tờ thừa")
    assert "Catalogue loaded." in _load("--force")
    assert _contents() == before


def test_a_national_code_at_two_levels_has_two_addresses() -> None:
    refs = Procedure.objects.filter(national_code="2.000815").values_list("ref", flat=True)
    assert sorted(refs) == ["2.000815-district", "2.000815-ward"]


def test_a_code_nobody_saw_in_a_public_record_is_never_an_address() -> None:
    for procedure in Procedure.objects.exclude(national_code="").filter(code_verified=False):
        assert procedure.ref != procedure.national_code
        assert procedure.official_code == ""


def test_the_most_used_procedures_have_an_english_name_and_only_what_is_on_offer_has_one() -> None:
    named = ProcedureVersion.objects.exclude(name_en="")
    assert named.count() >= 40
    assert not named.exclude(pk__in=ProcedureVersion.objects.on_offer(TODAY)).exists()
    assert set(word_list("home")["popular"]) <= set(named.values_list("procedure__ref", flat=True))


def test_every_field_has_an_english_name_and_each_its_own() -> None:
    names = Field.objects.values_list("name_en", flat=True)
    assert "" not in names
    assert len(set(names)) == len(names) == len(word_list("fields_en"))


def test_terms_in_words_have_no_amount() -> None:
    in_words = ProcedureVersion.objects.filter(term_amount=None)
    assert in_words.count() == 27
    assert not in_words.filter(term_note="").exists()


def test_departments_handle_what_the_district_takes_in_and_wards_their_own() -> None:
    business = Offering.objects.get(procedure__ref="1.001612")
    assert business.handler.name == "Phòng Tài chính - Kế hoạch"
    birth = Offering.objects.get(procedure__ref="1.001193", unit__slug="bach-mai")
    assert birth.handler == birth.unit


def test_the_internal_process_never_takes_longer_than_the_term() -> None:
    versions = ProcedureVersion.objects.exclude(term_amount=None)
    for version in versions:
        assert version.term
        assert sum(step.hours for step in ProcessStep.objects.of_version(version.pk)) <= process_hours(version.term)
