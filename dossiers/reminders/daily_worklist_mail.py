"""The daily worklist: one notice per unit and working day, when the office opens."""

from __future__ import annotations

from datetime import datetime

from dossiers.reminders.daily_worklist_rows import DayCounts, day_counts
from dossiers.reminders.reminder_run import ReminderRun, start_run
from notices.issuing.actions import issue_once, taken_keys
from notices.models import Notice
from units.clock.days import local_day
from units.models import Unit

Kind = Notice.Kind


def send_daily_worklists(*, at: datetime) -> None:
    """Sends every open unit with work its worklist, once a day.

    The first run after opening sends it, however late. Units without work get none.
    """
    run = start_run(at)
    if not run.open_units:
        return
    keys = {unit: f"{Kind.MORNING.value}:{unit}:{local_day(at).isoformat()}" for unit in run.open_units}
    issued = taken_keys(keys=keys.values())
    missing = [unit for unit, key in keys.items() if key not in issued]
    if not missing:
        return
    emails = dict(Unit.objects.filter(pk__in=missing).values_list("pk", "email"))
    counts = day_counts(missing, at)
    issue_once(notices=[_notice(run, unit, keys[unit], emails[unit], count) for unit, count in counts.items()])


def _notice(run: ReminderRun, unit: int, key: str, email: str, count: DayCounts) -> Notice:
    return Notice(
        kind=Kind.MORNING,
        key=key,
        unit_id=unit,
        email=email,
        context={
            "unit": run.addressees.places[unit].name,
            "day_at": run.at.isoformat(),
            "overdue": count.overdue,
            "for_others": count.for_others,
            "behind": count.behind,
            "due_today": count.due_today,
            "on_the_way": count.on_the_way,
            "waiting": count.waiting,
        },
        created_at=run.at,
    )
