"""The telling of one made-up dossier: its events, told through the same replay as a real one's, and what lies beside
them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from django.db import models

from dossiers.clock.legs import Leg
from dossiers.clock.replay import EventRecord, Replay, State, one_calendar
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.demo.context import NOTHING, Data, Setting
from dossiers.demo.people import Person
from dossiers.demo.plan import Arrival
from dossiers.models import Dossier, ProxyRecord
from dossiers.particulars.proxies import Proxy
from dossiers.slips.heading import Issue

SLIPS_KEPT: Final = timedelta(days=75)
"""Slips of older dossiers went to the archive; the register keeps those still likely to be asked for."""


class NotYetError(Exception):
    """What would come next lies after now: the dossier is as far as it is."""


@dataclass(slots=True)
class Issued:
    """A slip to be numbered: `build` makes its data of the dossier as it was then, `state` with `columns` upon it.

    `of` is the first version that this one replaces.
    """

    form: str
    at: datetime
    actor: int | None
    state: State
    events: int
    build: Callable[[Dossier, Issue], Data]
    columns: dict[str, Any] = field(default_factory=dict)
    version: int = 1
    replaced_at: datetime | None = None
    of: Issued | None = None
    number: int = 0


class Tale:
    """One dossier until its story ends or now is reached: `happen` and `wait` raise NotYetError there.

    `at` is the moment the story has come to. `rows` are rows of other tables about it; `events` those of the log.
    """

    def __init__(self, key: int, arrival: Arrival, setting: Setting, person: Person, rng: Random) -> None:
        self.key = key
        self.arrival = arrival
        self.line = arrival.line
        self.setting = setting
        self.person = person
        self.proxy: Proxy | None = None
        self.rng = rng
        self.calendar = setting.calendars[arrival.desk.pk]
        self.desk = arrival.desk.pk
        self.handler = arrival.line.offering.handler_id
        self.at = arrival.at
        self.story = Replay(one_calendar(self.calendar))
        self.events: list[tuple[Any, ...]] = []
        self.rows: list[models.Model] = []
        self.slips: list[Issued] = []
        self.intake: str = Dossier.Intake.DESK
        self.delivery: str = Dossier.Delivery.DESK
        self.receiver: tuple[Any, ...] | None = None
        self.result: tuple[Any, ...] | None = None
        self.first: State | None = None

    # What is known

    @property
    def legs(self) -> tuple[Leg, ...]:
        legs: tuple[Leg, ...] = self.story.now.legs
        return legs

    @property
    def due_at(self) -> datetime:
        due_at: datetime = self.story.now.due_at
        return due_at

    @property
    def holder(self) -> int:
        holder: int = self.story.now.holder_id
        return holder

    @property
    def is_same_day(self) -> bool:
        due_at = self.story.now.due_at
        return due_at is not None and due_at - self.arrival.at < timedelta(days=1.5)

    @property
    def collector(self) -> tuple[str, str, str]:
        """Who is expected to collect the result: name, number, and the paper by which it is not the applicant."""
        if self.proxy:
            return self.proxy.name, self.proxy.id_number, self.proxy.paper_words
        return self.person.name, self.person.id_number, ""

    @property
    def is_recent(self) -> bool:
        """Young enough for its slips to be kept."""
        return self.at > self.setting.now - SLIPS_KEPT

    def words(self, name: str) -> str:
        """One of the texts under a name."""
        found: list[str] = self.setting.proportions["texts"][name]
        return found[int(self.rng.random() * len(found))]

    def name_of(self, person: int | None) -> str:
        return str(self.setting.staff.people[person]) if person else ""

    def data_of(self, event: tuple[Any, ...]) -> Data:
        """What one of `events` carries."""
        data: Data = json.loads(event[-1])
        return data

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # What passes

    def happen(
        self,
        kind: EventKind,
        unit: int,
        to: Status | None = None,
        *,
        reason: str = "",
        data: Data = NOTHING,
        actor: int | None = 0,
    ) -> int | None:
        """One more event, by anybody who works there unless told; returns who it was. Raises NotYetError."""
        if self.at > self.setting.now:
            raise NotYetError
        before = self.story.now.status
        to = to or before
        self.story.apply(EventRecord(kind, self.at, unit, to, data))
        if actor == 0:
            actor = self.setting.staff.pick(unit, self.rng)
        number = len(self.events) + 1
        text = self.setting.text(data)
        self.events.append((self.key, number, kind.value, before, to.value, self.at, unit, actor, reason, text))
        return actor

    def work(self, minutes: float) -> None:
        """Let working time pass; seconds keep the register from looking like a timetable."""
        self.at = self.calendar.advance(self.at, timedelta(seconds=max(20, round(minutes * 60))))

    def wait(self, until: datetime) -> None:
        """Let time pass until a moment, unless it is past. Raises NotYetError."""
        self.at = max(self.at, until)
        if self.at > self.setting.now:
            raise NotYetError

    def minutes_until(self, moment: datetime) -> float:
        return self.calendar.worked_time_between(self.at, moment) / timedelta(minutes=1)

    def closing_in(self, working_days: int) -> datetime:
        """The end of the n-th working day from now on."""
        return self.calendar.closing(self.calendar.nth_working_day(self.at.date(), working_days))

    def ended(self, outcome: Outcome, cause: str = "") -> Data:
        """What an event of finishing says; shared by all that end alike at a desk."""
        return self.setting.ending(self.desk, outcome.value, cause)

    # What lies beside

    def bring_proxy(self, proxy: Proxy | None) -> None:
        """Somebody hands in for the applicant, if anybody does."""
        self.proxy = proxy
        if proxy is not None:
            self.note(ProxyRecord(dossier_id=self.key, **asdict(proxy)))

    def note(self, row: models.Model) -> None:
        self.rows.append(row)

    def issue(self, form: str, actor: int | None, build: Callable[[Dossier, Issue], Data], **columns: Any) -> None:
        """A slip of this moment, where slips of that age are kept."""
        if self.is_recent:
            told = len(self.events)
            self.slips.append(Issued(form, self.at, actor, self.story.state, told, build, columns))
