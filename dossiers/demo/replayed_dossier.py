"""One dossier of the many: its events, through the same replay as a real one's, and the rows that belong to them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import models

from dossiers.clock.legs import Leg
from dossiers.clock.replay import EventRecord, Replay, one_calendar
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.demo.context import NOTHING, Data, Setting
from dossiers.demo.people import Person
from dossiers.demo.plan import ARCHIVED, Arrival
from dossiers.models import Dossier, ProxyRecord
from dossiers.particulars.proxies import Proxy


class NotYetError(Exception):
    """What would come next lies after now: the dossier is as far as it is."""


class ReplayedDossier:
    """One dossier until its life ends or now is reached: `happen` and `wait` raise NotYetError there.

    `at` is the moment that its life has come to. `rows` are rows of other tables about it; `events` those of the log.
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
        self.replay = Replay(one_calendar(self.calendar))
        self.events: list[tuple[Any, ...]] = []
        self.rows: list[models.Model] = []
        self.intake: str = Dossier.Intake.DESK
        self.delivery: str = Dossier.Delivery.DESK
        self.receiver: tuple[Any, ...] | None = None
        self.result: tuple[Any, ...] | None = None

    # What is there

    @property
    def legs(self) -> tuple[Leg, ...]:
        legs: tuple[Leg, ...] = self.replay.now.legs
        return legs

    @property
    def due_at(self) -> datetime:
        due_at: datetime = self.replay.now.due_at
        return due_at

    @property
    def holder(self) -> int:
        holder: int = self.replay.now.holder_id
        return holder

    @property
    def is_same_day(self) -> bool:
        due_at = self.replay.now.due_at
        return due_at is not None and due_at - self.arrival.at < timedelta(days=1.5)

    @property
    def collector(self) -> tuple[str, str, str]:
        """Who is expected to collect the result: name, number, and the paper by which it is not the applicant."""
        if self.proxy:
            return self.proxy.name, self.proxy.id_number, self.proxy.paper_words
        return self.person.name, self.person.id_number, ""

    @property
    def is_archived(self) -> bool:
        return self.arrival.at < self.setting.now - ARCHIVED

    def words(self, name: str) -> str:
        """One of the texts under a name."""
        found: list[str] = self.setting.proportions["texts"][name]
        return found[int(self.rng.random() * len(found))]

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
        """One more event, by `actor` or else anybody who works there; returns who it was. Raises NotYetError."""
        if self.at > self.setting.now:
            raise NotYetError
        before = self.replay.now.status
        to = to or before
        self.replay.apply(EventRecord(kind, self.at, unit, to, data))
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
