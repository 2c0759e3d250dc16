"""A made-up dossier that the verbs of pages and API take through its life, each at its time in the past."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from accounts.models import User
from dossiers.demo.context import IN_WORDS, Setting
from dossiers.demo.other_applicants import somebody_else
from dossiers.demo.people import make_person
from dossiers.demo.plan import Arrival, Line
from dossiers.intake.register import register_dossier
from dossiers.intake.serve_at_once import serve_at_once
from dossiers.intake.submit import Submission, submit_dossier, submit_incomplete
from dossiers.models import Dossier, DossierLeg, LateCause, ResultRecord, ReturnRecord, SupplementRequest, YearCounter
from dossiers.operations.acceptance.actions import accept_completed
from dossiers.operations.finishing.actions import Receiver, Result
from dossiers.operations.supplement.actions import Defects
from dossiers.particulars.submission import Applicant, DueSet, SubmissionTerms, TakenPaper
from units.clock.days import local_day
from units.models import DayCounter
from units.numbering.yearly_numbers import BOOK

Done = TypeVar("Done")


class LivedDossier:
    """`at` is the moment that its life has come to; `file` its row as the last verb left it."""

    def __init__(self, place: int, arrival: Arrival, setting: Setting) -> None:
        self.rng = Random(f"{setting.proportions['seed']} {arrival.code}")
        self.arrival, self.setting = arrival, setting
        self.at = arrival.at
        self.desk = arrival.desk
        self.calendar = setting.calendars[self.desk.pk]
        person = make_person(self.rng, setting.names, self.rng.choice(setting.homes[self.desk.pk]))
        self.person, self.proxy = somebody_else(place, arrival, person, setting)
        self.key = 0

    # What is known

    @property
    def file(self) -> Dossier:
        return Dossier.objects.select_related("desk", "handler", "receiving_desk", "version").get(pk=self.key)

    @property
    def here(self) -> list[DossierLeg]:
        """The legs in hand, in the order of the plan."""
        return list(DossierLeg.objects.in_hand().filter(dossier=self.key).select_related("unit").order_by("position"))

    @property
    def coming(self) -> list[DossierLeg]:
        legs = DossierLeg.objects.on_the_way().filter(dossier=self.key)
        return list(legs.select_related("unit").order_by("position"))

    @property
    def legs(self) -> list[DossierLeg]:
        return list(DossierLeg.objects.filter(dossier=self.key).select_related("unit__kind").order_by("position"))

    @property
    def due_at(self) -> datetime:
        due_at = self.file.due_at
        assert due_at is not None
        return due_at

    def is_elsewhere(self, leg: DossierLeg) -> bool:
        """Whether a leg belongs to neither the desk, its office nor the handling unit."""
        return leg.unit_id not in {self.desk.pk, self.desk.parent_id, self.file.handler_id}

    def words(self, name: str) -> str:
        """One of the texts under a name."""
        return str(self.rng.choice(self.setting.proportions["texts"][name]))

    def worker(self, unit_id: int) -> User | None:
        person = self.setting.staff.pick(unit_id, self.rng)
        return self.setting.staff.people[person] if person else None

    def leader(self, *units: int) -> User | None:
        """Who leads the first of these units that has a leader; else somebody who works there."""
        person = self.setting.staff.leader(*units)
        return self.setting.staff.people[person] if person else self.worker(units[0])

    # Moments to come

    def after(self, minutes: float) -> datetime:
        """So many minutes of working time later."""
        return self.calendar.advance(self.at, timedelta(minutes=minutes))

    def minutes_until(self, moment: datetime) -> float:
        return self.calendar.worked_time_between(self.at, moment) / timedelta(minutes=1)

    def opening_after(self, moment: datetime) -> datetime:
        return self.calendar.opening(self.calendar.next_working_day(local_day(moment)))

    def closing_in(self, working_days: int) -> datetime:
        return self.calendar.closing(self.calendar.nth_working_day(local_day(self.at), working_days))

    # Verbs

    def do(self, verb: Callable[..., Done], unit_id: int | None = None, **arguments: Any) -> Done:
        """Lets somebody of a unit do it now, without one the unit that holds the dossier."""
        file = self.file
        actor = arguments.pop("actor", None) or self.worker(unit_id or file.holder_id)
        return verb(dossier=file, actor=actor, at=self.at, **arguments)

    def register(self, phone: str = "") -> None:
        arguments = self._submitted(phone) | {"due_set": self._due_set(), "seconds": self.rng.randrange(17, 41)}
        with self._numbers_left_free():
            self.key = register_dossier(**arguments, actor=self.worker(self.desk.pk), at=self.at).pk

    def submit(self, intake: str = Dossier.Intake.DESK) -> None:
        handed_in = Submission(**self._submitted(intake=intake))
        with self._numbers_left_free():
            self.key = submit_dossier(handed_in=handed_in, actor=self.worker(self.desk.pk), at=self.at).pk

    def submit_incomplete(self) -> None:
        handed_in, defects = Submission(**self._submitted()), self.defects()
        with self._numbers_left_free():
            dossier = submit_incomplete(
                handed_in=handed_in, defects=defects, actor=self.worker(self.desk.pk), at=self.at
            )
        self.key = dossier.pk

    def accept_completed(self) -> None:
        with self._numbers_left_free():
            self.do(accept_completed, self.desk.pk, papers=self._papers(), due_set=self._due_set())

    def serve_at_once(self) -> None:
        """Received on arrival, with the result now, by somebody who also works for the handling unit."""
        arguments = self._submitted() | {"result": self.result(), "receiver": self.receiver(ReturnRecord.Method.DESK)}
        arguments["received_at"] = self.arrival.at
        workers = self.setting.staff.workers
        at_both = sorted({*workers[self.desk.pk]} & {*workers[self.arrival.line.offering.handler_id]})
        actor = self.setting.staff.people[at_both[0]] if at_both else self.worker(self.desk.pk)
        with self._numbers_left_free():
            self.key = serve_at_once(**arguments, actor=actor, at=self.at).pk

    # What verbs are given

    def defects(self) -> Defects:
        rng, papers = self.rng, self.setting.papers.get(self.arrival.line.version.pk, [])
        missing = [
            {
                "name": paper.name,
                "missing": rng.choice(("original", "certified", "copy")),
                "note": self.words("defect"),
            }
            for paper in rng.sample(papers, min(len(papers), rng.choice((1, 2))))
        ]
        reasons = rng.sample(SupplementRequest.Defect.values[:5], rng.choice((1, 1, 2)))
        return Defects(reasons, self.words("supplement"), missing)

    def result(self) -> Result:
        kind = ResultRecord.Kind.ELECTRONIC if self.rng.random() < 0.2 else ResultRecord.Kind.PAPER
        number = f"{self.rng.randrange(1, 4000)}/{self.words('result_letters')}"
        return Result(number, local_day(self.at), kind)

    def receiver(self, method: str) -> Receiver:
        """The proxy, if the dossier has one, else the applicant."""
        at_desk, person = method == ReturnRecord.Method.DESK, self.person
        taker = self.proxy if at_desk and self.proxy else person
        return Receiver(
            name=taker.name,
            method=method,
            id_number=taker.id_number,
            identity_checked=at_desk,
            proxy_paper=self.proxy.paper_words if at_desk and self.proxy else "",
            post_number="" if at_desk else f"EB{self.rng.randrange(10**9):09d}VN",
            originals=self.words("originals") if self.rng.random() < 0.3 else "",
        )

    def late_cause(self) -> str:
        causes: dict[str, int] = self.setting.proportions["causes"]
        return LateCause(self.rng.choices(list(causes), list(causes.values()))[0]).value

    def _submitted(self, phone: str = "", intake: str = Dossier.Intake.DESK) -> dict[str, Any]:
        line, fee = self.arrival.line, self.arrival.line.version.fee_vnd or 0
        status = Dossier.FeeStatus.COLLECTED if fee else Dossier.FeeStatus.NONE
        return {
            "request_key": UUID(int=self.rng.getrandbits(128), version=4),
            "desk": self.desk,
            "offering": line.offering,
            "applicant": self.applicant(phone),
            "papers": self._papers(),
            "terms": SubmissionTerms(intake=intake, fee_vnd=fee, fee_status=status),
            "proxy": self.proxy,
        }

    def applicant(self, phone: str = "") -> Applicant:
        one = self.person
        return Applicant(
            one.name, one.kind, one.id_number, one.born_on, one.address, phone or one.phone, "", one.nationality
        )

    def _papers(self) -> list[TakenPaper]:
        papers = self.setting.papers.get(self.arrival.line.version.pk, ())
        return [TakenPaper(paper.name, paper.originals, paper.copies, paper.pk) for paper in papers]

    def _due_set(self) -> DueSet | None:
        line: Line = self.arrival.line
        if line.offering.promised_term(line.version) is not None:
            return None
        return DueSet(self.closing_in(IN_WORDS), self.words("due_set"))

    @contextmanager
    def _numbers_left_free(self) -> Iterator[None]:
        """The verb takes the numbers left free for this dossier; later ones get those after all others."""
        day, year = local_day(self.arrival.at), local_day(self.at).year
        counters: list[tuple[Any, int]] = [
            (DayCounter.objects.filter(unit=self.desk, day=day), self.arrival.code_number)
        ]
        if self.arrival.book_number and year == day.year:
            book = YearCounter.objects.filter(unit=self.desk, series=BOOK, year=year)
            counters.append((book, self.arrival.book_number))
        last = [counter.values_list("last", flat=True).get() for counter, _number in counters]
        for counter, number in counters:
            counter.update(last=number - 1)
        yield
        for (counter, _number), n in zip(counters, last, strict=True):
            counter.update(last=n)
