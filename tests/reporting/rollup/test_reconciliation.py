"""The nightly proof finds what is wrong, says so, and has it counted anew."""

from datetime import date, timedelta

import pytest
import structlog
from django.urls import reverse

from accounts.models import Membership
from dossiers.models import StaleDay
from notices.models import Notice
from reporting import tasks
from reporting.models import DailyTally, LateTally, MonthTally, Reconciliation
from reporting.rollup.actions import recount_everything
from reporting.rollup.alarm import notify_administrators
from reporting.rollup.reconciliation import reconcile
from tests.factories import hanoi, make_unit, make_units, make_user
from tests.reporting.helpers import dossier, offer, save

MONDAY = date(2026, 3, 9)
Role = Membership.Role
NIGHT = hanoi(2026, 3, 10, 1, 30)


@pytest.fixture
def ward(db):
    return make_unit("Một Phường", "ward")


@pytest.fixture
def counted(ward):
    """Three dossiers of one ward, counted."""
    offering = offer(ward)
    save(*(dossier(offering, received_at=hanoi(2026, 3, day)) for day in (9, 9, 10)))
    recount_everything()
    return offering


def test_a_true_roll_up_is_proven_and_nothing_is_marked(counted):
    result = reconcile(at=NIGHT)
    assert (
        result.is_good,
        result.rows_checked,
        result.rows_differing,
        result.differences,
    ) == (True, 9, 0, [])
    assert not StaleDay.objects.exists()


def test_an_empty_register_is_proven_too(db):
    result = reconcile(at=NIGHT)
    assert (result.is_good, result.rows_checked) == (True, 0)


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
        result = reconcile(at=NIGHT)
    assert (result.is_good, result.rows_differing) == (False, 1)
    assert [(line["event"], line["log_level"]) for line in logs] == [("rollup_differs", "error")]
    tasks.refresh_stale()
    assert sorted(DailyTally.objects.values_list("unit", "day", "procedure", "received"), key=str) == truth
    assert reconcile(at=NIGHT).is_good


@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_a_wrong_month_is_found_and_becomes_the_sum_of_its_days_again(counted, harm):
    truth = list(MonthTally.objects.order_by("pk").values_list("unit", "month", "procedure", "received"))
    one = MonthTally.objects.totals()
    one.update(received=99) if harm == "changed" else one.delete()
    (difference,) = reconcile(at=NIGHT).differences
    assert (difference["of"], difference["day"], difference["counted"]["received"]) == ("months", "2026-03-01", 3)
    tasks.refresh_stale()
    stored = MonthTally.objects.order_by("pk").values_list("unit", "month", "procedure", "received")
    assert sorted(stored, key=str) == sorted(truth, key=str)
    assert reconcile(at=NIGHT).is_good


def test_a_wrong_number_of_those_that_were_late_is_found_and_healed(counted, ward):
    LateTally.objects.create(unit=ward, late_unit=ward, late_cause="staff", month=date(2026, 3, 1), dossiers=5)
    (difference,) = reconcile(at=NIGHT).differences
    assert (difference["of"], difference["late_cause"], difference["counted"]) == ("lateness", "staff", None)
    tasks.refresh_stale()
    assert not LateTally.objects.exists()


def test_a_difference_says_what_was_kept_and_what_was_counted(counted, ward):
    DailyTally.objects.by_procedure().filter(day=MONDAY).update(received=99)
    (difference,) = reconcile(at=NIGHT).differences
    assert (difference["unit"], difference["day"]) == (ward.pk, "2026-03-09")
    assert difference["kept"]["received"] == 99
    assert difference["counted"]["received"] == 2


def test_a_day_that_is_marked_already_is_not_an_alarm(counted, ward):
    """Its change is committed, its recount still to come: of the day, and of its month."""
    save(dossier(counted, received_at=hanoi(2026, 3, 9)))
    assert not reconcile(at=NIGHT).is_good
    StaleDay.objects.exclude(day=MONDAY).delete()
    assert StaleDay.objects.get().unit == ward
    assert reconcile(at=NIGHT).is_good


def test_only_the_first_hundred_differences_are_kept_but_all_are_counted(counted, ward):
    procedure = counted.procedure
    DailyTally.objects.bulk_create(
        DailyTally(unit=ward, procedure=procedure, channel="desk", day=date.fromordinal(700_000 + n), late=1)
        for n in range(101)
    )
    result = reconcile(at=NIGHT)
    assert (result.rows_differing, len(result.differences)) == (101, 100)
    assert StaleDay.objects.count() == 101


def test_the_task_writes_one_proof(counted):
    tasks.prove_rollup()
    assert Reconciliation.objects.get().is_good


def test_what_differs_is_told_once_to_each_administrator_who_can_read_it_in_the_inbox(counted, client):
    city = make_units()
    one = make_user(Role.ADMINISTRATOR, city.district, email="quantri@example.vn")
    other = make_user(Role.ADMINISTRATOR, city.district)
    make_user(Role.ADMINISTRATOR, city.ward)  # of a part: the figures are of the whole
    make_user(Role.ADMINISTRATOR, city.district, is_active=False)
    make_user(Role.OFFICIAL, city.district)
    reconcile(at=NIGHT)
    assert not Notice.objects.exists()
    DailyTally.objects.by_procedure().filter(day=MONDAY).update(received=99)
    result = reconcile(at=NIGHT)
    notify_administrators(result)
    notices = Notice.objects.order_by("recipient")
    assert [(notice.recipient, notice.email) for notice in notices] == [(one, "quantri@example.vn"), (other, "")]
    client.force_login(one)
    inbox = client.get(reverse("dossiers:notices")).content.decode()
    assert "1 trong 9 dòng số liệu lệch với hồ sơ gốc" in inbox
    assert reverse("admin:reporting_reconciliation_changelist") in inbox
    assert "Thông báo chưa xem: 1" in client.get(reverse("admin:index")).content.decode()


def test_the_probe_says_when_the_figures_were_last_proved_and_whether_they_were_good(counted, client):
    assert client.get("/readyz").json()["figures"] is None
    status = client.get("/readyz").status_code
    reconcile(at=NIGHT)
    assert client.get("/readyz").json()["figures"] == {"state": "good", "proved_at": "2026-03-09T18:30:00+00:00"}
    DailyTally.objects.update(received=99)
    reconcile(at=NIGHT + timedelta(days=1))
    answer = client.get("/readyz")
    assert answer.json()["figures"] == {"state": "bad", "proved_at": "2026-03-10T18:30:00+00:00"}
    assert answer.status_code == status


def test_proofs_can_be_read_but_not_changed_in_the_admin(counted, admin_client):
    result = reconcile(at=NIGHT)
    assert admin_client.get("/quan-tri/reporting/reconciliation/").status_code == 200
    page = admin_client.get(f"/quan-tri/reporting/reconciliation/{result.pk}/change/")
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert admin_client.get("/quan-tri/reporting/reconciliation/add/").status_code == 403
    assert admin_client.post(f"/quan-tri/reporting/reconciliation/{result.pk}/delete/").status_code == 403
