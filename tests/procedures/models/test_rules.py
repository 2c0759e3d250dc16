"""What the database refuses, whoever writes."""

from datetime import date, time

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from procedures.models import Offering, ProcedureVersion, ProcessStep
from tests.factories import make_procedure, make_process, make_units, make_version
from units.clock.due_dates import TermUnit

pytestmark = pytest.mark.django_db


def _settle() -> None:
    """Run the checks that wait for the end of the transaction; from now on each runs at its statement."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _offer(version: ProcedureVersion, **fields: object) -> Offering:
    unit = make_units().ward
    values = {"valid": DateRange(date(2020, 1, 1), None)} | fields
    return Offering.objects.create(procedure=version.procedure, unit=unit, handler=unit, **values)


def test_two_versions_of_a_procedure_never_overlap() -> None:
    version = make_procedure(valid=DateRange(date(2020, 1, 1), date(2026, 7, 1)))
    with pytest.raises(IntegrityError, match="version_never_overlaps"), transaction.atomic():
        make_version(version.procedure, valid=DateRange(date(2026, 6, 30), None))
    make_version(version.procedure, valid=DateRange(date(2026, 7, 1), None))


def test_an_office_offers_a_procedure_once_at_a_time() -> None:
    offering = _offer(make_procedure())
    with pytest.raises(IntegrityError, match="offering_never_overlaps"), transaction.atomic():
        Offering.objects.create(
            procedure=offering.procedure,
            unit=offering.unit,
            handler=offering.unit,
            valid=DateRange(date(2026, 1, 1), None),
        )


def test_a_promise_longer_than_the_law_is_refused() -> None:
    version = make_procedure()
    _settle()
    with pytest.raises(IntegrityError, match="longer than the statutory term"), transaction.atomic():
        _offer(version, committed_amount=6, committed_unit=TermUnit.WORKING_DAY)


def test_a_shorter_promise_is_kept() -> None:
    offering = _offer(make_procedure(), committed_amount=0, committed_unit=TermUnit.SAME_DAY, cut_off=time(15))
    _settle()
    version = offering.procedure.versions.get()
    promised = offering.promised_term(version)
    assert promised
    assert promised.unit is TermUnit.SAME_DAY


def test_the_law_cannot_become_shorter_than_a_promise_made() -> None:
    version = make_procedure()
    _offer(version, committed_amount=4, committed_unit=TermUnit.WORKING_DAY)
    _settle()
    version.term_amount = 3
    with pytest.raises(IntegrityError, match="longer than the statutory term"), transaction.atomic():
        version.save()


def test_a_promise_is_only_held_against_versions_of_its_own_time() -> None:
    version = make_procedure(valid=DateRange(date(2020, 1, 1), date(2026, 7, 1)))
    make_version(
        version.procedure, valid=DateRange(date(2026, 7, 1), None), term_amount=1, term_unit=TermUnit.WORKING_DAY
    )
    _offer(
        version,
        valid=DateRange(date(2020, 1, 1), date(2026, 7, 1)),
        committed_amount=4,
        committed_unit=TermUnit.WORKING_DAY,
    )
    _settle()


def test_an_internal_process_longer_than_the_term_is_refused() -> None:
    version = make_procedure(term_amount=1, term_unit=TermUnit.WORKING_DAY)
    process = make_process(version, ("desk", 4), ("handler", 4))
    _settle()
    with pytest.raises(IntegrityError, match="internal process takes longer"), transaction.atomic():
        ProcessStep.objects.create(process=process, position=3, name="Ký", place=ProcessStep.Place.LEADER, hours=1)


def test_steps_side_by_side_count_once_in_the_term() -> None:
    version = make_procedure(term_amount=1, term_unit=TermUnit.WORKING_DAY)
    make_process(version, ("desk", 2), ("handler", 4, 1), ("leader", 4, 1), ("desk", 2))
    _settle()


def test_the_term_cannot_become_shorter_than_its_internal_process() -> None:
    version = make_procedure(term_amount=2, term_unit=TermUnit.WORKING_DAY)
    make_process(version, ("handler", 12))
    _settle()
    version.term_amount = 1
    with pytest.raises(IntegrityError, match="internal process takes longer"), transaction.atomic():
        version.save()


def test_an_approved_process_has_its_number_decision_and_approver() -> None:
    with pytest.raises(IntegrityError, match="process_approval_is_whole"), transaction.atomic():
        make_process(make_procedure(), ("desk", 4), ("desk", 4), approver="")


def test_a_step_at_another_office_names_it_and_no_other_step_does() -> None:
    process = make_process(make_procedure(), ("desk", 4))
    with pytest.raises(IntegrityError, match="process_partner_has_its_unit"), transaction.atomic():
        ProcessStep.objects.create(process=process, position=2, name="Hỏi", place="partner", hours=1)


def test_a_term_has_an_amount_and_a_unit_or_neither() -> None:
    with pytest.raises(IntegrityError, match="version_term_has_its_unit"), transaction.atomic():
        make_procedure(term_amount=5, term_unit="")


def test_one_national_code_stands_once_at_a_level() -> None:
    first, second = make_procedure().procedure, make_procedure().procedure
    first.national_code = second.national_code = "1.999999"
    first.save()
    with pytest.raises(IntegrityError, match="procedure_code_once_per_level"), transaction.atomic():
        second.save()
