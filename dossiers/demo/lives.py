"""What happens to one made-up dossier: its events, told through the same replay as a real one's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from dossiers.demo.plan import Arrival
from dossiers.models import Dossier
from dossiers.replay import Recorded, State, Story
from dossiers.states import EventKind, Outcome, Status
from units.working_time import Term, TermUnit, WorkingCalendar, term_as_json

_MINUTE: Final = timedelta(minutes=1)
_DAY_OF_WORK: Final = timedelta(hours=8)


@dataclass(slots=True)
class Life:
    """Events in order with their reasons, and the state they leave."""

    events: list[Recorded]
    reasons: dict[int, str]
    state: State
    intake: str


class Teller:
    """Tells the life of one dossier until it ends or `now` is reached; later events never happened."""

    def __init__(
        self,
        arrival: Arrival,
        shares: dict[str, float],
        reasons: dict[str, str],
        calendar: WorkingCalendar,
        now: datetime,
    ) -> None:
        self.arrival = arrival
        self.shares = shares
        self.words = reasons
        self.calendar = calendar
        self.now = now
        self.story = Story(calendar)
        self.events: list[Recorded] = []
        self.reasons: dict[int, str] = {}
        self.at = arrival.at
        self.desk = arrival.desk.pk
        self.handler = arrival.line.offering.handler_id

    def tell(self, rng: Random) -> Life:
        by_post = rng.random() < 0.04
        if by_post:
            self._happen(EventKind.SUBMITTED, self.desk, Status.SUBMITTED)
        if rng.random() < self.shares["refused"]:
            self._refuse(rng, submitted=by_post)
        else:
            self._accept(rng, submitted=by_post)
        return Life(
            self.events,
            self.reasons,
            self.story.state,
            Dossier.Intake.POST if by_post else Dossier.Intake.DESK,
        )

    # Each act returns False once `now` is passed.

    def _happen(
        self, kind: EventKind, unit: int, to: Status, reason: str = "", data: dict[str, Any] | None = None
    ) -> bool:
        if self.at > self.now:
            return False
        event = Recorded(kind, self.at, unit, to, data or {})
        self.story.tell(event)
        self.events.append(event)
        if reason:
            self.reasons[len(self.events)] = self.words[reason]
        return True

    def _work(self, minutes: float) -> None:
        """Let working time pass; seconds keep the register from looking like a timetable."""
        self.at = self.calendar.advance(self.at, timedelta(seconds=max(20, round(minutes * 60))))

    def _refuse(self, rng: Random, *, submitted: bool) -> None:
        if not submitted:
            self._happen(EventKind.SUBMITTED, self.desk, Status.SUBMITTED)
        self._work(rng.uniform(2, 30))
        self._happen(EventKind.REFUSED, self.desk, Status.REFUSED, "refused")

    def _accept(self, rng: Random, *, submitted: bool) -> None:
        if submitted:
            self._work(rng.uniform(20, 420))
        data = self._terms()
        if not self._happen(
            EventKind.REGISTERED, self.desk, Status.ACCEPTED, "due_set" if "due_at" in data else "", data
        ):
            return
        if self.is_same_day:
            self._work(rng.uniform(1, 6))
        elif self.at.hour < 15:
            self._work(rng.uniform(10, 100))
        else:
            self._work(rng.uniform(120, 240))  # after 15:00 the file moves on the next morning
        if self._happen(EventKind.STARTED, self.handler, Status.IN_PROCESS, data={"holder": self.handler}):
            self._process(rng)

    @property
    def is_same_day(self) -> bool:
        due_at = self.story.state.due_at
        return due_at is not None and due_at - self.arrival.at < timedelta(days=1.5)

    def _terms(self) -> dict[str, Any]:
        offering, version = self.arrival.line.offering, self.arrival.line.version
        promised, statutory = offering.promised_term(version), offering.statutory_term(version)
        if promised is None or statutory is None:
            guess = Term(15, TermUnit.WORKING_DAY)
            day = self.calendar.nth_working_day(self.at.date(), guess.amount)
            return {"due_at": self.calendar.closing(day).isoformat()}
        return {"promised": term_as_json(promised), "statutory": term_as_json(statutory)}

    def _process(self, rng: Random) -> None:
        luck = rng.random()
        boost = 4 if self.now - self.arrival.at < timedelta(days=12) else 1
        if luck < self.shares["withdrawn"] * boost:
            self._withdraw(rng)
        elif luck < (self.shares["withdrawn"] + self.shares["stopped"]) * boost and not self.is_same_day:
            self._stop(rng)
        elif not self.is_same_day and rng.random() < self.shares["supplement"] * 4:
            self._supplement(rng)
        elif self.arrival.line.takes_payment and not self.is_same_day and rng.random() < self.shares["payment"]:
            self._pay(rng)
        else:
            self._finish(rng)

    def _withdraw(self, rng: Random) -> None:
        self._work(rng.uniform(30, 600))
        if self._happen(EventKind.WITHDRAWAL_ASKED, self.desk, Status.WITHDRAWAL_ASKED, "withdrawn"):
            self._work(rng.uniform(200, 1500))
            self._close(Outcome.WITHDRAWN, rng)

    def _stop(self, rng: Random) -> None:
        due_at = self.story.state.due_at
        assert due_at is not None
        self._work(rng.uniform(0.1, 0.8) * (self.calendar.worked_time_between(self.at, due_at) / _MINUTE))
        if not self._happen(EventKind.STOPPED, self.handler, Status.STOPPED, "stopped"):
            return
        self._work(rng.uniform(2000, 9000))
        if rng.random() < 0.5:
            self._close(Outcome.STOPPED, rng)
        elif self._happen(EventKind.RESUMED, self.handler, Status.IN_PROCESS):
            self._finish(rng)

    def _supplement(self, rng: Random) -> None:
        """Within three working days of acceptance, as Decree 61/2018 article 19.4 has it."""
        self._work(rng.uniform(120, 900))
        if not self._happen(
            EventKind.SUPPLEMENT_ASKED, self.desk, Status.AWAITING_SUPPLEMENT, "supplement", {"holder": self.desk}
        ):
            return
        self._work(rng.uniform(300, 4500))
        if self._happen(EventKind.SUPPLEMENTED, self.desk, Status.IN_PROCESS, data={"holder": self.handler}):
            self._finish(rng)

    def _pay(self, rng: Random) -> None:
        self._work(rng.uniform(300, 900))
        if not self._happen(EventKind.PAYMENT_ASKED, self.handler, Status.AWAITING_PAYMENT, "payment"):
            return
        self._work(rng.uniform(500, 4500))
        if self._happen(EventKind.PAID, self.handler, Status.IN_PROCESS):
            self._finish(rng)

    def _finish(self, rng: Random) -> None:
        due_at = self.story.state.due_at
        assert due_at is not None
        if self.arrival.late and self.at <= due_at:
            self.at = self.calendar.advance(due_at, timedelta(hours=min(160.0, 2 + rng.expovariate(1 / 22))))
        elif self.at < due_at:
            left = self.calendar.worked_time_between(self.at, due_at)
            # Most work is done early; a third waits for the last day, as work does.
            used = (
                rng.betavariate(2.2, 2.4)
                if rng.random() < 0.66
                else 1 - rng.random() * _DAY_OF_WORK / max(left, _DAY_OF_WORK)
            )
            if self.is_same_day:
                used = rng.betavariate(1.2, 7)
            self._work(left / _MINUTE * min(used, 0.995))
        self._close(Outcome.DECLINED if rng.random() < self.shares["declined"] else Outcome.GRANTED, rng)

    def _close(self, outcome: Outcome, rng: Random) -> None:
        reason = "declined" if outcome is Outcome.DECLINED else ""
        data = {"outcome": outcome.value, "holder": self.desk}
        if not self._happen(EventKind.FINISHED, self.handler, Status.DONE, reason, data):
            return
        if self.is_same_day or outcome is not Outcome.GRANTED:
            self._work(rng.uniform(2, 30))
        else:
            self._work(min(rng.expovariate(1 / 500), 6000))
        self._happen(EventKind.RETURNED, self.desk, Status.RETURNED)
