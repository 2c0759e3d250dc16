"""The registration page before anything is registered: what has been typed so far, and what would follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Count
from django.http import QueryDict

from dossiers.explanation.due_date import term_words
from dossiers.explanation.route import Leg, planned_legs
from dossiers.models import Dossier
from dossiers.particulars.offerings import LONGEST_KEY, offerings_at
from procedures.models import Offering, ProcedureVersion, ProcessStep, RequiredDocument
from procedures.search.find import Found, find
from procedures.search.index import PLACE
from procedures.versions.promises import promise
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.clock.due_dates import DueDate, Rule
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit

MOST_CHOICES = 8
MOST_RANKED = 40
MOST_USUAL = 3  # their names are whole sentences: more would fill the screen before anything is typed
USUAL_OVER = timedelta(days=30)
IF_ANY = "(nếu "  # how decrees write that a paper is brought only by whoever has it: "(nếu có)", "(nếu đổi chủ)"


@dataclass(frozen=True, slots=True)
class Choice:
    """A procedure this desk takes in, as the list of choices prints it."""

    offering: Offering
    version: ProcedureVersion

    @property
    def term(self) -> str:
        return term_words(self.offering.promised_term(self.version))


@dataclass(frozen=True, slots=True)
class Draft:
    """`papers` pairs each paper of the chosen procedure with whether it is ticked; `due` is what would be promised.

    `only_nearest`: what was asked for is taken in elsewhere; the choices only look like it, and Enter chooses none.
    `is_settled`: a procedure is chosen and no other is being looked for, so the others need not be listed.
    """

    desk: Unit
    at: datetime
    calendar: WorkingCalendar
    choices: list[Choice]
    nothing_found: bool = False
    only_nearest: bool = False
    chosen: Choice | None = None
    papers: list[tuple[RequiredDocument, bool]] = field(default_factory=list)
    due: DueDate | None = None
    legs: list[Leg] = field(default_factory=list)
    is_settled: bool = False

    @property
    def needs_date(self) -> bool:
        """The law states the term in words: the clerk has to choose the date."""
        return self.chosen is not None and self.due is None

    @property
    def is_same_day(self) -> bool:
        """Promised for the same day: the result may be there at once."""
        return self.due is not None and self.due.rule in {Rule.SAME_DAY, Rule.SAME_DAY_NEXT}

    @property
    def ticked(self) -> list[RequiredDocument]:
        return [paper for paper, is_ticked in self.papers if is_ticked]

    @property
    def copies_ticked(self) -> int:
        return sum(paper.originals + paper.copies for paper in self.ticked)


def read_draft(typed: QueryDict, desk: Unit, at: datetime, edition: int | None = None) -> Draft:
    """Everything the page shows beside its fields. Reads only; takes about ten small queries. `edition` is the number
    of the calendar in force, where it is known already."""
    words = typed.get("q", "").strip()
    calendar = working_calendar(desk, edition)
    found, only_nearest = _found(words, desk, at) if words else (_usual(desk, at), False)
    choices = _offered(found, desk, at)
    answers = [] if only_nearest else choices
    chosen = _chosen(_wanted(typed, words, answers), choices, desk, at)
    if chosen and chosen.offering.pk not in {choice.offering.pk for choice in choices}:
        choices = [chosen, *choices]
    return Draft(
        desk=desk,
        at=at,
        calendar=calendar,
        choices=choices[:MOST_CHOICES],
        nothing_found=bool(words) and not choices,
        only_nearest=only_nearest and bool(choices),
        chosen=chosen,
        papers=_papers(chosen, typed) if chosen else [],
        is_settled=chosen is not None and not _looks_further(chosen, typed),
        **(_promise(chosen, desk, at, calendar) if chosen else {}),
    )


def starting_values(typed: QueryDict, draft: Draft) -> dict[str, Any]:
    """What the fields show when the page is drawn without being judged: what was typed, else what is usual."""
    values: dict[str, Any] = {"request_key": uuid4(), "sets": 1, "how_many": 1, **typed.dict()}
    if draft.chosen and typed.get("papers_for") != str(draft.chosen.offering.pk):
        values |= usual_fee(draft.chosen)
    return values


def usual_fee(chosen: Choice) -> dict[str, Any]:
    """The fields of the fee as the catalogue has it."""
    fee = chosen.version.fee_vnd or 0
    status = Dossier.FeeStatus.COLLECTED if fee else Dossier.FeeStatus.NONE
    return {"fee_vnd": fee or "", "fee_status": status}


def _wanted(typed: QueryDict, words: str, choices: list[Choice]) -> str:
    """The offering chosen, as typed. `step` "first" chooses what the words mean most likely; "procedure" does so too,
    where the one chosen before is no answer to the words."""
    step, before = typed.get("step"), typed.get("offering", "")
    is_answer = before in {str(choice.offering.pk) for choice in choices}
    if words and choices and (step == "first" or (step == "procedure" and not is_answer)):
        return str(choices[0].offering.pk)
    return before


def _chosen(typed: str, choices: list[Choice], desk: Unit, at: datetime) -> Choice | None:
    if listed := next((choice for choice in choices if str(choice.offering.pk) == typed), None):
        return listed
    if not typed.isdecimal() or len(typed) >= LONGEST_KEY:
        return None
    offering = offerings_at(desk, at).filter(pk=int(typed)).first()
    if offering is None:
        return None
    version = ProcedureVersion.objects.in_force(local_day(at)).filter(procedure=offering.procedure_id).first()
    return Choice(offering, version) if version else None


def _looks_further(chosen: Choice, typed: QueryDict) -> bool:
    """Asked to search, or to choose when the papers of what is chosen are shown already."""
    step = typed.get("step")
    return step == "find" or (step == "procedure" and typed.get("papers_for") == str(chosen.offering.pk))


def _found(words: str, desk: Unit, at: datetime) -> tuple[list[ProcedureVersion], bool]:
    """What the words mean at this desk: names that say them first, and among equals what the desk takes in most; and
    whether that is only the nearest."""
    found = find(words, {PLACE: {desk.office.slug}}, local_day(at))
    versions = ProcedureVersion.objects.in_bulk((found.ids or found.nearest)[:MOST_RANKED])
    often, names = _often(desk, at), found.index.names

    def order(version: ProcedureVersion) -> tuple[bool, int]:
        name = f" {names[found.index.place_of[version.pk]]}"
        says_so = any(f" {phrase}" in name for phrase in found.understood.phrases)
        return not says_so, -often.get(version.procedure_id, 0)

    in_order = [versions[pk] for pk in found.ids or found.nearest if pk in versions]
    return sorted(in_order, key=order)[:MOST_CHOICES], _is_only_nearest(words, found, at)


def _is_only_nearest(words: str, found: Found, at: datetime) -> bool:
    """No name here says the words, but one elsewhere does; or no text at all fits them."""
    if not found.ids:
        return True
    if any(_says(found, pk) for pk in found.ids):
        return False
    return any(_says(found, pk) for pk in find(words, {}, local_day(at), found.index).ids)


def _says(found: Found, pk: int) -> bool:
    """Whether the name of a version says the words in one stretch, or has all of them."""
    understood = found.understood
    name = f" {found.index.names[found.index.place_of[pk]]} "
    if any(f" {phrase}" in name for phrase in understood.phrases):
        return True
    whole = [word for word in understood.words if word != understood.beginning]
    return all(f" {word} " in name for word in whole) and f" {understood.beginning}" in name


def _usual(desk: Unit, at: datetime) -> list[ProcedureVersion]:
    """What this desk took in most often lately, so that the usual needs no typing."""
    order = list(_often(desk, at))[:MOST_USUAL]
    versions = ProcedureVersion.objects.in_force(local_day(at)).filter(procedure__in=order)
    return sorted(versions, key=lambda version: order.index(version.procedure_id))


def _often(desk: Unit, at: datetime) -> dict[int, int]:
    """Procedure → how many of it this desk took in lately, the most usual first."""
    lately = Dossier.objects.filter(desk=desk, received_at__gte=at - USUAL_OVER)
    counted = lately.values_list("procedure").annotate(n=Count("pk")).order_by("-n", "procedure")
    return dict(counted)


def _offered(versions: list[ProcedureVersion], desk: Unit, at: datetime) -> list[Choice]:
    """The versions that this desk really takes in, in the order given."""
    offerings = offerings_at(desk, at).filter(procedure__in=[version.procedure_id for version in versions])
    by_procedure = {offering.procedure_id: offering for offering in offerings}
    return [
        Choice(by_procedure[version.procedure_id], version)
        for version in versions
        if version.procedure_id in by_procedure
    ]


def _papers(chosen: Choice, typed: QueryDict) -> list[tuple[RequiredDocument, bool]]:
    """Ticked as typed for the procedure shown before; freshly chosen, what everybody has to bring is ticked."""
    papers = chosen.version.documents.all()
    if typed.get("papers_for") != str(chosen.offering.pk):
        return [(paper, not paper.case and IF_ANY not in paper.name.casefold()) for paper in papers]
    ticked = set(typed.getlist("papers"))
    return [(paper, str(paper.pk) in ticked) for paper in papers]


def _promise(chosen: Choice, desk: Unit, at: datetime, calendar: WorkingCalendar) -> dict[str, Any]:
    due = promise(chosen.version, chosen.offering, at, calendar).due
    if due is None:
        return {}
    legs = planned_legs(
        ProcessStep.objects.of_version(chosen.version.pk),
        desk=desk,
        handler=chosen.offering.handler,
        received_at=at,
        due_at=due.due_at,
        calendar=calendar,
    )
    return {"due": due, "legs": legs}
