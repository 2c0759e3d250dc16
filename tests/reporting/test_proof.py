"""The nightly proof finds what is wrong, says so, and has it counted anew."""

from datetime import date

import pytest
import structlog

from dossiers.models import StaleDay
from reporting import actions, tasks
from reporting.models import DailyTally, Proof
from tests.factories import hanoi, make_unit
from tests.reporting.helpers import dossier, offer, save

MONDAY = date(2026, 3, 9)
NIGHT = hanoi(2026, 3, 10, 1, 30)


@pytest.fixture
def ward(db):
    return make_unit("Một Phường", "ward")


@pytest.fixture
def counted(ward):
    """Three dossiers of one ward, counted."""
    offering = offer(ward)
    save(*(dossier(offering, received_at=hanoi(2026, 3, day)) for day in (9, 9, 10)))
    actions.recount_everything()
    return offering


def test_a_true_roll_up_is_proven_and_nothing_is_marked(counted):
    proof = actions.prove(at=NIGHT)
    assert (proof.is_good, proof.rows_checked, proof.rows_differing, proof.differences) == (True, 6, 0, [])
    assert not StaleDay.objects.exists()


def test_an_empty_register_is_proven_too(db):
    proof = actions.prove(at=NIGHT)
    assert (proof.is_good, proof.rows_checked) == (True, 0)


@pytest.mark.parametrize("harm", ["changed", "missing", "invented"])
def test_a_wrong_tally_is_found_told_and_healed(counted, ward, harm):
    truth = sorted(DailyTally.objects.values_list("unit", "day", "procedure", "received"), key=str)
    tallies = DailyTally.objects.by_procedure().filter(day=MONDAY)
    if harm == "changed":
        tallies.update(received=99)
    elif harm == "missing":
        tallies.delete()
    else:
        DailyTally.objects.create(unit=ward, day=date(2026, 1, 1), procedure=counted.procedure, channel="desk", late=1)
    with structlog.testing.capture_logs() as logs:
        proof = actions.prove(at=NIGHT)
    assert (proof.is_good, proof.rows_differing) == (False, 1)
    assert [(line["event"], line["log_level"]) for line in logs] == [("rollup_differs", "error")]
    tasks.refresh_stale()
    assert sorted(DailyTally.objects.values_list("unit", "day", "procedure", "received"), key=str) == truth
    assert actions.prove(at=NIGHT).is_good


def test_a_difference_says_what_was_kept_and_what_was_counted(counted, ward):
    DailyTally.objects.by_procedure().filter(day=MONDAY).update(received=99)
    (difference,) = actions.prove(at=NIGHT).differences
    assert (difference["unit"], difference["day"]) == (ward.pk, "2026-03-09")
    assert difference["kept"]["received"] == 99
    assert difference["counted"]["received"] == 2


def test_a_day_that_is_marked_already_is_not_an_alarm(counted, ward):
    """Its change is committed, its recount still to come."""
    save(dossier(counted, received_at=hanoi(2026, 3, 9)))
    assert not actions.prove(at=NIGHT).is_good
    assert StaleDay.objects.get().day == MONDAY
    assert actions.prove(at=NIGHT).is_good


def test_only_the_first_hundred_differences_are_kept_but_all_are_counted(counted, ward):
    procedure = counted.procedure
    DailyTally.objects.bulk_create(
        DailyTally(unit=ward, procedure=procedure, channel="desk", day=date.fromordinal(700_000 + n), late=1)
        for n in range(101)
    )
    proof = actions.prove(at=NIGHT)
    assert (proof.rows_differing, len(proof.differences)) == (101, 100)
    assert StaleDay.objects.count() == 101


def test_the_task_writes_one_proof(counted):
    tasks.prove_rollup()
    assert Proof.objects.get().is_good


def test_proofs_can_be_read_but_not_changed_in_the_admin(counted, admin_client):
    proof = actions.prove(at=NIGHT)
    assert admin_client.get("/quan-tri/reporting/proof/").status_code == 200
    page = admin_client.get(f"/quan-tri/reporting/proof/{proof.pk}/change/")
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert admin_client.get("/quan-tri/reporting/proof/add/").status_code == 403
    assert admin_client.post(f"/quan-tri/reporting/proof/{proof.pk}/delete/").status_code == 403
