"""What happened to a case, as its pages print it: acts with the words that belong to them, and what they name."""

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

PUBLIC_SORTS = frozenset({TextSort.CONTENT, TextSort.SUPPLEMENT, TextSort.ANSWER, TextSort.REOPENING})
INNER = frozenset(
    {
        *(EventKind.ASSIGNED, EventKind.PASSED_ON, EventKind.SENT_BACK, EventKind.SORTED, EventKind.STARTED),
        *(EventKind.DRAFTED, EventKind.DRAFT_RETURNED, EventKind.HANDLER_NAMED, EventKind.HANDLER_ENDED),
    }
)
"""Acts that the reporter is not told of one by one: they are the office's own housekeeping."""
TOLD_WHY = frozenset(
    {
        *(EventKind.NOT_ACCEPTED, EventKind.TRANSFERRED, EventKind.SUPPLEMENT_ASKED, EventKind.EXTENDED),
        *(EventKind.GRADED, EventKind.SUSPENDED, EventKind.SETTLED),
    }
)
"""Acts whose reason is written for the reporter."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a case, plain or taken out of a box. `event`: the number of the act they belong to; 0 for notes.
    `at` and `author`, a name, are told of notes."""

    sort: str
    event: int
    text: str
    at: datetime | None = None
    author: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """`names`: what the act says beside words, such as the grounds of the law or where the case went."""

    event: CaseEvent
    title: str
    words: Sequence[Said]
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What the keys and codes in acts stand for."""

    grounds: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)


def log_of(events: Iterable[CaseEvent], said: Iterable[Said], names: Names) -> list[Line]:
    """For staff: every act, the newest first, with everything said in it."""
    return _lines(list(events), list(said), names)


def public_log(events: Iterable[CaseEvent], said: Iterable[Said], names: Names) -> list[Line]:
    """For the reporter: without housekeeping, and of reasons those that were written for them."""
    told = list(events)
    acts = {one.number: one for one in told}
    words = [word for word in said if word.event in acts and _is_told(acts[word.event], word)]
    return [line for line in _lines(told, words, names) if line.event.act not in INNER]


def with_call(lines: list[Line], call: Call | None) -> list[Line]:
    """For staff: also, in its place by time, that another office goes on with the call by which the case came."""
    at = call.went_on_at if call else None
    if call is None or at is None:
        return lines
    went_on = CaseEvent(at=at, unit=call.unit)
    names = [f"{call.heard_at.name} → {call.unit.name}"]
    told = [Line(went_on, _("Cuộc gọi: đơn vị kế tục gọi lại, ghi tiếp"), (), names), *lines]
    return sorted(told, key=lambda line: line.event.at, reverse=True)


def _lines(events: Sequence[CaseEvent], words: Sequence[Said], names: Names) -> list[Line]:
    """What was said already stands once, where it was said first."""
    repeats = _reopened_by_what_was_said(events, words)
    lines = []
    for one in events:
        said = [word for word in words if word.event == one.number]
        named = _named(one, names)
        if one.number in repeats:
            said = [word for word in said if word.sort != TextSort.REOPENING]
            named.append(_("Theo lời người gửi viết thêm, ghi bên dưới."))
        lines.append(Line(one, _title(one), said, named))
    return lines[::-1]


def _reopened_by_what_was_said(events: Iterable[CaseEvent], words: Sequence[Said]) -> set[int]:
    """The numbers of those reopenings whose ground is, word for word, what the reporter had written since the answer:
    an officer begins with it (`ReopenForm`). Browsers send other line ends than they were given."""
    found, answered = set(), 0
    for one in events:
        if one.act is EventKind.ANSWERED:
            answered = one.number
        elif one.act is EventKind.REOPENED:
            ground = _spelled(words, TextSort.REOPENING, range(one.number, one.number + 1))
            if ground and ground == _spelled(words, TextSort.SUPPLEMENT, range(answered, one.number)):
                found.add(one.number)
    return found


def _spelled(words: Iterable[Said], sort: TextSort, acts: range) -> list[str]:
    return " ".join(word.text for word in words if word.sort == sort and word.event in acts).split()


def grounds_in(case: Case, events: Iterable[CaseEvent]) -> Names:
    """The grounds of the law that acts name; one query, none where they name none."""
    codes = {code for one in events for code in _grounds(one)}
    found = Ground.objects.filter(kind=case.kind, code__in=codes) if codes else ()
    return Names(grounds={one.code: str(one) for one in found})


def named_events() -> CaseEventQuerySet:
    """In order, with who did them where, and `to_unit` and `to_person`, the names of those in their data."""
    keys = {name: Cast(KT(f"data__{name}"), BigIntegerField()) for name in ("unit", "person")}
    unit = Unit.objects.filter(pk=OuterRef("unit_key")).values("name")
    person = User.objects.filter(pk=OuterRef("person_key")).values(name=name_of())
    rows = CaseEvent.objects.in_order().select_related("unit", "actor")
    keyed = rows.annotate(unit_key=keys["unit"], person_key=keys["person"])
    return keyed.annotate(to_unit=Subquery(unit), to_person=Subquery(person))


def names_in(events: Iterable[CaseEvent], grounds: Mapping[str, str]) -> Names:
    """For staff, the units and people too, out of `named_events`: no query."""
    told = [(one.data, vars(one)) for one in events]
    return Names(
        grounds=grounds,
        units={data["unit"]: row["to_unit"] for data, row in told if "unit" in data},
        people={data["person"]: row["to_person"] for data, row in told if data.get("person")},
    )


def _grounds(event: CaseEvent) -> list[str]:
    return [*event.data.get("grounds", []), *([event.data["ground"]] if "ground" in event.data else [])]


def _named(event: CaseEvent, names: Names) -> list[str]:
    data = event.data
    told = [names.grounds.get(code, code) for code in _grounds(event)]
    if "kind" in data and event.act is EventKind.SORTED:
        told.append(str(KIND_LABELS[Kind(data["kind"])]))
    if "grade" in data and event.act in {EventKind.SORTED, EventKind.GRADED}:
        told.append(str(GRADE_LABELS[Grade(data["grade"])]))
    if "outcome" in data:
        told.append(str(OUTCOME_LABELS[Outcome(data["outcome"])]))
    if data.get("unit") in names.units:
        told.append(f"→ {names.units[data['unit']]}")
    if "body" in data:
        told.append(f"→ {data['body']}")
    if event.act is EventKind.ASSIGNED and data.get("person") is None:
        told.append(_("Không giao cho ai"))
    if data.get("person") in names.people:
        told.append(f"→ {names.people[data['person']]}")
    return told


def _is_told(event: CaseEvent, word: Said) -> bool:
    return word.sort in PUBLIC_SORTS or (word.sort == TextSort.REASON and event.act in TOLD_WHY)


def _title(event: CaseEvent) -> str:
    return str(EVENT_LABELS[event.act])
