"""Writing the demo district over COPY, in one transaction."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from random import Random
from typing import Any, Final

from django.db import connection, models, transaction

from accounts.models import Membership
from dossiers.demo.lives import Life, Teller
from dossiers.demo.people import Person, make_person, prepare_words
from dossiers.demo.plan import Arrival, Office, arrivals, offices, read_proportions
from dossiers.models import Dossier, DossierEvent, ReceivedDocument, ReturnRecord, local_day
from dossiers.replay import CACHED
from dossiers.secret import ALPHABET, LENGTH
from procedures.folding import fold
from procedures.models import RequiredDocument
from units.calendars import working_calendar
from units.codes import dossier_code
from units.models import CodeTemplate, DayCounter
from units.working_time import WorkingCalendar

CHUNK: Final = 4000
# Papers of long finished dossiers went to the archive; the register keeps those still likely to be asked for.
PAPERS_KEPT = timedelta(days=60)

EVENT_COLUMNS: Final = (
    "dossier_id",
    "number",
    "kind",
    "from_status",
    "to_status",
    "at",
    "unit_id",
    "actor_id",
    "reason",
    "data",
)
RETURN_COLUMNS: Final = ("dossier_id", "receiver_name", "receiver_id", "method", "at")

Progress = Callable[[int, int], None]


@transaction.atomic
def load(*, now: datetime, progress: Progress, size: float = 1) -> int:
    """Write the demo register as it stands at `now`, `size` times the full volume; returns the number of dossiers.

    Raises ValueError when there are dossiers already: made-up ones are never mixed with real ones.
    """
    if Dossier.objects.exists():
        raise ValueError("the register is not empty")
    proportions = read_proportions()
    rng = Random(proportions["seed"])
    open_offices = offices(proportions, local_day(now), size)
    calendars = {office.desk.pk: working_calendar(office.desk) for office in open_offices}
    come = [
        arrival
        for office in open_offices
        for arrival in arrivals(office, proportions, calendars[office.desk.pk], rng, now)
    ]
    writer = _Writer(proportions, rng, calendars, _homes(open_offices), now)
    for chunk in _batched(come, CHUNK):
        writer.write(chunk)
        progress(writer.written, len(come))
    writer.close()
    return writer.written


def _batched(rows: Sequence[Arrival], size: int) -> Iterator[Sequence[Arrival]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


@dataclass(slots=True)
class _Staff:
    """Who did it: clerks by desk, specialists by handling unit."""

    clerks: dict[int, list[int]]
    specialists: dict[int, list[int]]

    @classmethod
    def read(cls) -> _Staff:
        found = cls(defaultdict(list), defaultdict(list))
        for role, unit_id, user_id in Membership.objects.order_by("pk").values_list("role", "unit_id", "user_id"):
            if role == Membership.Role.CLERK:
                found.clerks[unit_id].append(user_id)
            elif role == Membership.Role.SPECIALIST:
                found.specialists[unit_id].append(user_id)
        return found

    def pick(self, unit_id: int, rng: Random) -> int | None:
        people = self.clerks.get(unit_id) or self.specialists.get(unit_id)
        return rng.choice(people) if people else None


class _Writer:
    """Holds the running numbers while chunks of arrivals become rows. Calendars and homes are by id of the desk."""

    def __init__(
        self,
        proportions: dict[str, Any],
        rng: Random,
        calendars: dict[int, WorkingCalendar],
        homes: dict[int, list[str]],
        now: datetime,
    ) -> None:
        self.rng = rng
        self.calendars = calendars
        self.homes = homes
        self.now = now
        self.shares = proportions["shares"]
        self.reasons = proportions["reasons"]
        self.words = prepare_words(proportions)
        self.staff = _Staff.read()
        self.templates = {template.unit_id: template for template in CodeTemplate.objects.in_force(local_day(now))}
        self.papers = _papers_by_version()
        self.counters: dict[tuple[int, date], int] = defaultdict(int)
        self.written = 0

    def write(self, chunk: Sequence[Arrival]) -> None:
        """Rows of one chunk, dossiers first, since events and papers point at them."""
        dossiers: list[Dossier] = []
        events: list[tuple[Any, ...]] = []
        papers: list[ReceivedDocument] = []
        for arrival in chunk:
            self.written += 1
            calendar = self.calendars[arrival.desk.pk]
            life = Teller(arrival, self.shares, self.reasons, calendar, self.now).tell(self.rng)
            dossier = self._dossier(self.written, arrival, life)
            dossiers.append(dossier)
            events.extend(self._events(dossier, life))
            if dossier.returned_at is None or dossier.returned_at > self.now - PAPERS_KEPT:
                papers.extend(self._papers(dossier))
        copy_rows(Dossier, dossiers)
        copy_tuples(DossierEvent, EVENT_COLUMNS, events)
        copy_rows(ReceivedDocument, papers)
        copy_tuples(ReturnRecord, RETURN_COLUMNS, map(_handed_out, filter(attrgetter("returned_at"), dossiers)))

    def close(self) -> None:
        counters = [DayCounter(unit_id=unit, day=day, last=last) for (unit, day), last in self.counters.items()]
        copy_rows(DayCounter, counters)
        _restart_sequence(Dossier, self.written)

    def _dossier(self, pk: int, arrival: Arrival, life: Life) -> Dossier:
        person = make_person(self.rng, self.words, self.rng.choice(self.homes[arrival.desk.pk]))
        line, state = arrival.line, life.state
        return Dossier(
            pk=pk,
            code=self._code(arrival),
            secret="".join(self.rng.choices(ALPHABET, k=LENGTH)),
            request_key=uuid.UUID(int=self.rng.getrandbits(128), version=4),
            procedure_id=line.version.procedure_id,
            version_id=line.version.pk,
            offering_id=line.offering.pk,
            desk_id=arrival.desk.pk,
            handler_id=line.offering.handler_id,
            registered_by_id=self.staff.pick(arrival.desk.pk, self.rng),
            fee_vnd=line.version.fee_vnd or 0,
            fee_status=Dossier.FeeStatus.COLLECTED if line.version.fee_vnd else Dossier.FeeStatus.NONE,
            intake=life.intake,
            **{name: getattr(state, name) for name in CACHED},
            **_applicant(person),
        )

    def _code(self, arrival: Arrival) -> str:
        day = local_day(arrival.at)
        template = self.templates[arrival.desk.pk]
        self.counters[arrival.desk.pk, day] += 1
        number = self.counters[arrival.desk.pk, day]
        return dossier_code(template.prefix, on=day, number=number, template=template.template)

    def _events(self, dossier: Dossier, life: Life) -> Iterator[tuple[Any, ...]]:
        """Rows for `EVENT_COLUMNS`; half a million model instances would cost ten seconds for nothing."""
        before: int | None = None
        for number, event in enumerate(life.events, start=1):
            yield (
                dossier.pk,
                number,
                event.kind.value,
                before,
                event.to_status.value,
                event.at,
                event.unit_id,
                self.staff.pick(event.unit_id, self.rng),
                life.reasons.get(number, ""),
                _json(event.data),
            )
            before = event.to_status.value

    def _papers(self, dossier: Dossier) -> Iterator[ReceivedDocument]:
        for paper in self.papers.get(dossier.version_id, ()):
            yield ReceivedDocument(
                dossier_id=dossier.pk,
                required_id=paper.pk,
                position=paper.position,
                name=paper.name,
                originals=paper.originals,
                copies=paper.copies,
            )


def _homes(open_offices: Sequence[Office]) -> dict[int, list[str]]:
    """Where those live who come to each desk: around the office itself; for the tenant, around any office below."""
    tenant, *below = open_offices
    homes = {office.desk.pk: [office.desk.office.name] for office in below}
    everywhere = [office.desk.office.name for office in below or open_offices]
    return homes | {tenant.desk.pk: everywhere}


def _papers_by_version() -> dict[int, list[RequiredDocument]]:
    papers: dict[int, list[RequiredDocument]] = defaultdict(list)
    for paper in RequiredDocument.objects.order_by("version_id", "position"):
        papers[paper.version_id].append(paper)
    return papers


def _handed_out(dossier: Dossier) -> tuple[Any, ...]:
    """The applicant in person: the demo has no proxies."""
    return (
        dossier.pk,
        dossier.applicant_name,
        dossier.applicant_id,
        ReturnRecord.Method.DESK.value,
        dossier.returned_at,
    )


def _applicant(person: Person) -> dict[str, Any]:
    return {
        "applicant_name": person.name,
        "applicant_folded": fold(person.name),
        "applicant_id": person.id_number,
        "applicant_born_on": person.born_on,
        "applicant_address": person.address,
        "applicant_phone": person.phone,
    }


def copy_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """COPY unsaved instances into their table; rows without a key get one from the sequence."""
    if not rows:
        return
    keyed = rows[0].pk is not None
    fields = [
        field for field in model._meta.concrete_fields if not field.generated and (keyed or not field.primary_key)
    ]
    names = [(field.attname, isinstance(field, models.JSONField)) for field in fields]
    values = ([_json(getattr(row, n)) if is_json else getattr(row, n) for n, is_json in names] for row in rows)
    copy_tuples(model, [field.column or field.name for field in fields], values)


def copy_tuples(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows of values, in the order of `columns`, into a model's table."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    copy = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copy) as out:
        for row in rows:
            out.write_row(row)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _restart_sequence(model: type[models.Model], last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, max(1, last)])
