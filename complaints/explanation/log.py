"""The history of a case, as its pages show it: acts with their texts, grounds, units and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import BigIntegerField, OuterRef, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import User, name_of
from complaints.clock.rules import Grade
from complaints.clock.states import EventKind, Kind, Outcome
from complaints.models import EVENT_LABELS, GRADE_LABELS, KIND_LABELS, OUTCOME_LABELS, Call, Case, CaseEvent, Ground
from complaints.models.cases import CaseEventQuerySet
from complaints.models.people import TextSort
from units.models import Unit

PUBLIC_TEXTS = frozenset({TextSort.CONTENT, TextSort.SUPPLEMENT, TextSort.ANSWER, TextSort.REOPENING})
INTERNAL_EVENTS = frozenset(
    {
        *(EventKind.ASSIGNED, EventKind.PASSED_ON, EventKind.SENT_BACK, EventKind.SORTED, EventKind.STARTED),
        *(EventKind.DRAFTED, EventKind.DRAFT_RETURNED, EventKind.HANDLER_NAMED, EventKind.HANDLER_ENDED),
    }
)
"""Acts that are hidden from the reporter: internal work of the office."""
EVENTS_WITH_PUBLIC_REASON = frozenset(
    {
        *(EventKind.NOT_ACCEPTED, EventKind.TRANSFERRED, EventKind.SUPPLEMENT_ASKED, EventKind.EXTENDED),
        *(EventKind.GRADED, EventKind.SUSPENDED, EventKind.SETTLED),
    }
)
"""Acts whose reason is written for the reporter."""


@dataclass(frozen=True, slots=True)
class LogText:
    """A text of a case, plain or decrypted. `event`: the number of its act; 0 for notes. `at` and `author`, a name, of
    notes."""

    sort: str
    event: int
    text: str
    at: datetime | None = None
    author: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """`names`: grounds of the law, units, people and outcome that the act names."""

    event: CaseEvent
    title: str
    words: Sequence[LogText]
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LogNames:
    """Words for the keys and codes in the data of events."""

    grounds: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)


def log_of(events: Iterable[CaseEvent], texts: Iterable[LogText], names: LogNames) -> list[LogLine]:
    """For staff: every act, the newest first, with all its texts."""
    return _lines(list(events), list(texts), names)


def public_log(events: Iterable[CaseEvent], texts: Iterable[LogText], names: LogNames) -> list[LogLine]:
    """For the reporter: without internal acts and internal reasons."""
    found = list(events)
    acts = {one.number: one for one in found}
    words = [word for word in texts if word.event in acts and _is_public(acts[word.event], word)]
    return [line for line in _lines(found, words, names) if line.event.act not in INTERNAL_EVENTS]


def with_call(lines: list[LogLine], call: Call | None) -> list[LogLine]:
    """For staff: also, in its place by time, that a successor took over the call by which the case came."""
    at = call.succeeded_at if call else None
    if call is None or at is None:
        return lines
    went_on = CaseEvent(at=at, unit=call.unit)
    names = [f"{call.answered_by_unit.name} → {call.unit.name}"]
    found = [LogLine(went_on, _("Cuộc gọi: đơn vị kế tục gọi lại, ghi tiếp"), (), names), *lines]
    return sorted(found, key=lambda line: line.event.at, reverse=True)


def _lines(events: Sequence[CaseEvent], words: Sequence[LogText], names: LogNames) -> list[LogLine]:
    """A reopening that repeats what the reporter wrote before refers to that instead of repeating it."""
    repeats = _reopenings_quoting_supplements(events, words)
    lines = []
    for one in events:
        texts = [word for word in words if word.event == one.number]
        named = _named(one, names)
        if one.number in repeats:
            texts = [word for word in texts if word.sort != TextSort.REOPENING]
            named.append(_("Theo lời người gửi viết thêm, ghi bên dưới."))
        lines.append(LogLine(one, _title(one), texts, named))
    return lines[::-1]


def _reopenings_quoting_supplements(events: Iterable[CaseEvent], words: Sequence[LogText]) -> set[int]:
    """The numbers of reopenings whose ground repeats word for word what the reporter had written since the answer: it
    is the initial text of `ReopenForm`. Compared by words, since browsers change line ends."""
    found, answered = set(), 0
    for one in events:
        if one.act is EventKind.ANSWERED:
            answered = one.number
        elif one.act is EventKind.REOPENED:
            ground = _words_in(words, TextSort.REOPENING, range(one.number, one.number + 1))
            if ground and ground == _words_in(words, TextSort.SUPPLEMENT, range(answered, one.number)):
                found.add(one.number)
    return found


def _words_in(words: Iterable[LogText], sort: TextSort, acts: range) -> list[str]:
    return " ".join(word.text for word in words if word.sort == sort and word.event in acts).split()


def grounds_in(case: Case, events: Iterable[CaseEvent]) -> LogNames:
    """The grounds of the law that acts name; one query, none where they name none."""
    codes = {code for one in events for code in _grounds(one)}
    found = Ground.objects.filter(kind=case.kind, code__in=codes) if codes else ()
    return LogNames(grounds={one.code: str(one) for one in found})


def named_events() -> CaseEventQuerySet:
    """In order, with who did them where, and `to_unit` and `to_person`, the names of those in their data."""
    keys = {name: Cast(KT(f"data__{name}"), BigIntegerField()) for name in ("unit", "person")}
    unit = Unit.objects.filter(pk=OuterRef("unit_key")).values("name")
    person = User.objects.filter(pk=OuterRef("person_key")).values(name=name_of())
    rows = CaseEvent.objects.in_order().select_related("unit", "actor")
    keyed = rows.annotate(unit_key=keys["unit"], person_key=keys["person"])
    return keyed.annotate(to_unit=Subquery(unit), to_person=Subquery(person))


def names_in(events: Iterable[CaseEvent], grounds: Mapping[str, str]) -> LogNames:
    """For staff, the units and people too, out of `named_events`: no query."""
    found = [(one.data, vars(one)) for one in events]
    return LogNames(
        grounds=grounds,
        units={data["unit"]: row["to_unit"] for data, row in found if "unit" in data},
        people={data["person"]: row["to_person"] for data, row in found if data.get("person")},
    )


def _grounds(event: CaseEvent) -> list[str]:
    return [*event.data.get("grounds", []), *([event.data["ground"]] if "ground" in event.data else [])]


def _named(event: CaseEvent, names: LogNames) -> list[str]:
    data = event.data
    found = [names.grounds.get(code, code) for code in _grounds(event)]
    if "kind" in data and event.act is EventKind.SORTED:
        found.append(str(KIND_LABELS[Kind(data["kind"])]))
    if "grade" in data and event.act in {EventKind.SORTED, EventKind.GRADED}:
        found.append(str(GRADE_LABELS[Grade(data["grade"])]))
    if "outcome" in data:
        found.append(str(OUTCOME_LABELS[Outcome(data["outcome"])]))
    if data.get("unit") in names.units:
        found.append(f"→ {names.units[data['unit']]}")
    if "body" in data:
        found.append(f"→ {data['body']}")
    if event.act is EventKind.ASSIGNED and data.get("person") is None:
        found.append(_("Không giao cho ai"))
    if data.get("person") in names.people:
        found.append(f"→ {names.people[data['person']]}")
    return found


def _is_public(event: CaseEvent, word: LogText) -> bool:
    return word.sort in PUBLIC_TEXTS or (word.sort == TextSort.REASON and event.act in EVENTS_WITH_PUBLIC_REASON)


def _title(event: CaseEvent) -> str:
    return str(EVENT_LABELS[event.act])
