"""One run of reminders: the open offices, the people at work there, and issuing the notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from accounts.models import Delegation, Membership, User
from dossiers.models import Dossier
from dossiers.reminders.addressees import NOTIFIED_ROLES, AddressedUnit, Addressees
from notices.issuing.actions import issue_once, taken_keys
from notices.models import Notice
from units.calendar.lookup import working_calendars
from units.clock.days import local_day
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit

BATCH = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReminderRun:
    """`open`: units that are open at `at`, by their calendar; empty outside working hours."""

    at: datetime
    addressees: Addressees
    emails: dict[int, str]
    open: dict[WorkingCalendar, list[int]]

    @property
    def open_units(self) -> list[int]:
        return [unit for units in self.open.values() for unit in units]


@dataclass(frozen=True, slots=True)
class WantedNotice:
    """A notice to issue once. `about`: primary key of the dossier or case; `person` None: everybody at the unit;
    `facts`: JSON values added to the context."""

    kind: Notice.Kind
    key: str
    about: int
    unit_id: int
    person: int | None
    facts: dict[str, str]


def start_run(at: datetime) -> ReminderRun:
    """Loads units, calendars and people; four queries, two when no office is open."""
    units = list(Unit.objects.select_related("kind"))
    open_now: dict[WorkingCalendar, list[int]] = defaultdict(list)
    for unit, calendar in zip(units, working_calendars(units), strict=True):
        if calendar.is_open(at):
            open_now[calendar].append(unit.pk)
    if not open_now:
        return ReminderRun(at, Addressees((), ()), {}, {})
    held, emails = _staff(at)
    addressees = Addressees(map(AddressedUnit.of, units), *held)
    return ReminderRun(at, addressees, emails, dict(open_now))


def for_each_person(wanted: WantedNotice, people: Iterable[int]) -> list[WantedNotice]:
    """One notice per person; without people, one for the unit, which documents the reminder."""
    each = [
        WantedNotice(wanted.kind, f"{wanted.key}:{person}", wanted.about, wanted.unit_id, person, wanted.facts)
        for person in people
    ]
    return each or [replace(wanted, key=f"{wanted.key}:unit{wanted.unit_id}")]


Subjects = dict[int, tuple[str, dict[str, str]]]
"""Primary key of a dossier or case → its code and the facts that every notice about it shows."""


def issue_new(
    run: ReminderRun, wanted: Iterable[WantedNotice], read_subjects: Callable[[set[int]], Subjects] | None = None
) -> None:
    """Issues the notices that were not issued before; three queries. Call it in a transaction.

    `read_subjects` reads what the notices are about, by their keys; dossiers where it is not given.
    """
    by_key = {one.key: one for one in wanted}
    if not by_key:
        return
    issued = taken_keys(keys=by_key)
    fresh = [one for key, one in by_key.items() if key not in issued]
    if not fresh:
        return
    subjects = (read_subjects or _dossiers)({one.about for one in fresh})
    issue_once(notices=[_notice(run, one, *subjects[one.about]) for one in fresh if one.about in subjects])


def _dossiers(keys: set[int]) -> Subjects:
    rows = Dossier.objects.filter(pk__in=keys).values_list("pk", "code", "version__name")
    return {pk: (code, {"procedure": name}) for pk, code, name in rows}


def in_batches(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _notice(run: ReminderRun, wanted: WantedNotice, code: str, facts: dict[str, str]) -> Notice:
    """The notice names the dossier, its procedure, the unit and a date, never the applicant."""
    place = run.addressees.places[wanted.unit_id]
    return Notice(
        subject=code,
        kind=wanted.kind,
        key=wanted.key,
        recipient_id=wanted.person,
        unit_id=wanted.unit_id,
        email=run.emails.get(wanted.person, "") if wanted.person else "",
        context=facts | {"unit": place.name} | wanted.facts,
        created_at=run.at,
    )


HeldRoles = list[tuple[int, int, str]]
Deputies = list[tuple[int, str, int]]


def _staff(at: datetime) -> tuple[tuple[HeldRoles, Deputies], dict[int, str]]:
    """The roles at work, with deputies in place of absent people; the deputies; e-mail addresses."""
    today = local_day(at)
    working = Membership.objects.in_force(today).with_roles(NOTIFIED_ROLES).filter(user__is_active=True)
    memberships = list(working.select_related("user", "unit"))
    away = Delegation.objects.in_force(today).filter(to_user__is_active=True)
    lent = [
        (held, deputy)
        for one in away.select_related("from_user", "to_user", "unit")
        for held in memberships
        if (deputy := one.covers(held))
    ]
    replaced = {held.pk for held, deputy in lent if deputy.unit_id == held.unit_id}
    at_work = [held for held in memberships if held.pk not in replaced] + [deputy for _held, deputy in lent]
    deputies = [(held.user_id, deputy.unit.path, deputy.user_id) for held, deputy in lent]
    return ([(one.user_id, one.unit_id, one.role) for one in at_work], deputies), _emails(at_work)


def _emails(memberships: Iterable[Membership]) -> dict[int, str]:
    people: dict[int, User] = {one.user_id: one.user for one in memberships}
    return {pk: person.email for pk, person in people.items() if person.email}
