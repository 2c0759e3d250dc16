"""The registration page before submit: what is typed so far, and what would follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Count
from django.http import QueryDict

from dossiers.explanation.due_date import term_words
from dossiers.explanation.route import RouteStop, planned_legs
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
IF_ANY = "(nếu "  # decrees mark conditional papers so: "(nếu có)", "(nếu đổi chủ)"


@dataclass(frozen=True, slots=True)
class ProcedureChoice:
    """A procedure that this desk accepts, as the list of choices prints it."""

    offering: Offering
    version: ProcedureVersion

    @property
    def term(self) -> str:
        return term_words(self.offering.promised_term(self.version))


@dataclass(frozen=True, slots=True)
class RegistrationDraft:
    """`papers` pairs each paper of the chosen procedure with whether it is ticked; `due` would be promised.

    `only_nearest`: the words name a procedure of another office; the choices are only similar and Enter chooses none.
    `is_settled`: a procedure is chosen and no search is going on, so the other choices are hidden.
    """

    desk: Unit
    at: datetime
    calendar: WorkingCalendar
    choices: list[ProcedureChoice]
    nothing_found: bool = False
    only_nearest: bool = False
    chosen: ProcedureChoice | None = None
    papers: list[tuple[RequiredDocument, bool]] = field(default_factory=list)
    due: DueDate | None = None
    legs: list[RouteStop] = field(default_factory=list)
    is_settled: bool = False

    @property
    def needs_date(self) -> bool:
        """The law states the term in words, so the clerk has to choose the date."""
        return self.chosen is not None and self.due is None

    @property
    def is_same_day(self) -> bool:
        """Promised for the same day, so the result may be given at once."""
        return self.due is not None and self.due.rule in {Rule.SAME_DAY, Rule.SAME_DAY_NEXT}

    @property
    def ticked(self) -> list[RequiredDocument]:
        return [paper for paper, is_ticked in self.papers if is_ticked]

    @property
    def copies_ticked(self) -> int:
        return sum(paper.originals + paper.copies for paper in self.ticked)


def read_draft(typed: QueryDict, desk: Unit, at: datetime, edition: int | None = None) -> RegistrationDraft:
    """Returns everything that the page shows beside its fields. Reads only; about ten small queries. `edition`: the
    current calendar edition, where loaded already."""
    words = typed.get("q", "").strip()
    calendar = working_calendar(desk, edition)
    found, only_nearest = _search(words, desk, at) if words else (_usual(desk, at), False)
    choices = _offered(found, desk, at)
    answers = [] if only_nearest else choices
    chosen = _chosen(_wanted(typed, words, answers), choices, desk, at)
    if chosen and chosen.offering.pk not in {choice.offering.pk for choice in choices}:
        choices = [chosen, *choices]
    return RegistrationDraft(
        desk=desk,
        at=at,
        calendar=calendar,
        choices=choices[:MOST_CHOICES],
        nothing_found=bool(words) and not choices,
        only_nearest=only_nearest and bool(choices),
        chosen=chosen,
        papers=_papers(chosen, typed) if chosen else [],
        is_settled=chosen is not None and not _is_searching(chosen, typed),
        **(_promise(chosen, desk, at, calendar) if chosen else {}),
    )


def starting_values(typed: QueryDict, draft: RegistrationDraft) -> dict[str, Any]:
    """Initial values of the unvalidated form: typed values, else the usual ones."""
    values: dict[str, Any] = {"request_key": uuid4(), "sets": 1, "how_many": 1, **typed.dict()}
    if draft.chosen and typed.get("papers_for") != str(draft.chosen.offering.pk):
        values |= usual_fee(draft.chosen)
    return values


def usual_fee(chosen: ProcedureChoice) -> dict[str, Any]:
    """The fee fields as in the catalogue."""
    fee = chosen.version.fee_vnd or 0
    status = Dossier.FeeStatus.COLLECTED if fee else Dossier.FeeStatus.NONE
    return {"fee_vnd": fee or "", "fee_status": status}


def _wanted(typed: QueryDict, words: str, choices: list[ProcedureChoice]) -> str:
    """The key of the chosen offering, as text. Step "first" chooses the best match; step "procedure" too, where the
    offering chosen before does not match the words."""
    step, before = typed.get("step"), typed.get("offering", "")
    is_answer = before in {str(choice.offering.pk) for choice in choices}
    if words and choices and (step == "first" or (step == "procedure" and not is_answer)):
        return str(choices[0].offering.pk)
    return before


def _chosen(typed: str, choices: list[ProcedureChoice], desk: Unit, at: datetime) -> ProcedureChoice | None:
    if listed := next((choice for choice in choices if str(choice.offering.pk) == typed), None):
        return listed
    if not typed.isdecimal() or len(typed) >= LONGEST_KEY:
        return None
    offering = offerings_at(desk, at).filter(pk=int(typed)).first()
    if offering is None:
        return None
    version = ProcedureVersion.objects.in_force(local_day(at)).filter(procedure=offering.procedure_id).first()
    return ProcedureChoice(offering, version) if version else None


def _is_searching(chosen: ProcedureChoice, typed: QueryDict) -> bool:
    """Whether the clerk searches again, although a procedure is chosen and its papers are shown."""
    step = typed.get("step")
    return step == "find" or (step == "procedure" and typed.get("papers_for") == str(chosen.offering.pk))


def _search(words: str, desk: Unit, at: datetime) -> tuple[list[ProcedureVersion], bool]:
    """The procedures at this desk that match the words, names containing them first, then the most frequent; and
    whether they are only similar."""
    found = find(words, {PLACE: {desk.office.slug}}, local_day(at))
    versions = ProcedureVersion.objects.in_bulk((found.ids or found.nearest)[:MOST_RANKED])
    often, names = _counts_by_procedure(desk, at), found.index.names

    def order(version: ProcedureVersion) -> tuple[bool, int]:
        name = f" {names[found.index.place_of[version.pk]]}"
        contains = any(f" {phrase}" in name for phrase in found.understood.phrases)
        return not contains, -often.get(version.procedure_id, 0)

    in_order = [versions[pk] for pk in found.ids or found.nearest if pk in versions]
    return sorted(in_order, key=order)[:MOST_CHOICES], _is_only_nearest(words, found, at)


def _is_only_nearest(words: str, found: Found, at: datetime) -> bool:
    """Whether no name here matches the words but one elsewhere does, or nothing matches at all."""
    if not found.ids:
        return True
    if any(_name_matches(found, pk) for pk in found.ids):
        return False
    return any(_name_matches(found, pk) for pk in find(words, {}, local_day(at), found.index).ids)


def _name_matches(found: Found, pk: int) -> bool:
    """Whether the name of a version contains the words as a phrase, or all of them."""
    understood = found.understood
    name = f" {found.index.names[found.index.place_of[pk]]} "
    if any(f" {phrase}" in name for phrase in understood.phrases):
        return True
    whole = [word for word in understood.words if word != understood.beginning]
    return all(f" {word} " in name for word in whole) and f" {understood.beginning}" in name


def _usual(desk: Unit, at: datetime) -> list[ProcedureVersion]:
    """The procedures that this desk received most often lately, offered before anything is typed."""
    order = list(_counts_by_procedure(desk, at))[:MOST_USUAL]
    versions = ProcedureVersion.objects.in_force(local_day(at)).filter(procedure__in=order)
    return sorted(versions, key=lambda version: order.index(version.procedure_id))


def _counts_by_procedure(desk: Unit, at: datetime) -> dict[int, int]:
    """Procedure id → number of dossiers that this desk received lately, the most frequent first."""
    lately = Dossier.objects.filter(desk=desk, received_at__gte=at - USUAL_OVER)
    counted = lately.values_list("procedure").annotate(n=Count("pk")).order_by("-n", "procedure")
    return dict(counted)


def _offered(versions: list[ProcedureVersion], desk: Unit, at: datetime) -> list[ProcedureChoice]:
    """The versions that this desk accepts, in the order given."""
    offerings = offerings_at(desk, at).filter(procedure__in=[version.procedure_id for version in versions])
    by_procedure = {offering.procedure_id: offering for offering in offerings}
    return [
        ProcedureChoice(by_procedure[version.procedure_id], version)
        for version in versions
        if version.procedure_id in by_procedure
    ]


def _papers(chosen: ProcedureChoice, typed: QueryDict) -> list[tuple[RequiredDocument, bool]]:
    """Papers ticked as typed; for a procedure just chosen, those that everybody has to bring are ticked."""
    papers = chosen.version.documents.all()
    if typed.get("papers_for") != str(chosen.offering.pk):
        return [(paper, not paper.case and IF_ANY not in paper.name.casefold()) for paper in papers]
    ticked = set(typed.getlist("papers"))
    return [(paper, str(paper.pk) in ticked) for paper in papers]


def _promise(chosen: ProcedureChoice, desk: Unit, at: datetime, calendar: WorkingCalendar) -> dict[str, Any]:
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
