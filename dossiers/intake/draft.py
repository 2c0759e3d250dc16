"""The registration page before submit: what is typed so far, and what would follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
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


@dataclass(frozen=True)
class RegistrationDraft:
    """What the page shows beside its fields. Each value is read at its first use, because most requests redraw one
    panel only. `calendar`: of the desk."""

    typed: QueryDict
    desk: Unit
    at: datetime
    calendar: WorkingCalendar

    @cached_property
    def choices(self) -> list[ProcedureChoice]:
        """The chosen procedure and those that match the words, or the usual ones where nothing is typed."""
        matches, chosen = self._matches[0], self.chosen
        if chosen and chosen.offering.pk not in {choice.offering.pk for choice in matches}:
            matches = [chosen, *matches]
        return matches[:MOST_CHOICES]

    @property
    def nothing_found(self) -> bool:
        return bool(self._words) and not self.choices

    @property
    def only_nearest(self) -> bool:
        """The words name a procedure of another office; the choices are only similar and Enter chooses none."""
        return self._matches[1] and bool(self.choices)

    @cached_property
    def chosen(self) -> ProcedureChoice | None:
        """Step "first" chooses the best match; step "procedure" too, where the offering chosen before does not match
        the words."""
        before = self.typed.get("offering", "")
        answers = self._answers
        is_answer = before in {str(choice.offering.pk) for choice in answers}
        if answers and (self._step == "first" or not is_answer):
            return answers[0]
        return _choice(before, self.desk, self.at)

    @property
    def is_settled(self) -> bool:
        """A procedure is chosen and no search is going on, so the other choices are hidden."""
        return self.chosen is not None and not _is_searching(self.chosen, self.typed)

    @cached_property
    def papers(self) -> list[tuple[RequiredDocument, bool]]:
        """Each paper of the chosen procedure, and whether it is ticked."""
        return _papers(self.chosen, self.typed) if self.chosen else []

    @property
    def ticked(self) -> list[RequiredDocument]:
        return [paper for paper, is_ticked in self.papers if is_ticked]

    @property
    def copies_ticked(self) -> int:
        return sum(paper.originals + paper.copies for paper in self.ticked)

    @cached_property
    def due(self) -> DueDate | None:
        """The date that would be promised."""
        if not self.chosen:
            return None
        return promise(self.chosen.version, self.chosen.offering, self.at, self.calendar).due

    @property
    def needs_date(self) -> bool:
        """The law states the term in words, so the clerk has to choose the date."""
        return self.chosen is not None and self.due is None

    @property
    def is_same_day(self) -> bool:
        """Promised for the same day, so the result may be given at once."""
        return self.due is not None and self.due.rule in {Rule.SAME_DAY, Rule.SAME_DAY_NEXT}

    @cached_property
    def legs(self) -> list[RouteStop]:
        """The stops of the dossier, each with its own deadline."""
        if not self.chosen or not self.due:
            return []
        return planned_legs(
            ProcessStep.objects.of_version(self.chosen.version.pk),
            desk=self.desk,
            handler=self.chosen.offering.handler,
            received_at=self.at,
            due_at=self.due.due_at,
            calendar=self.calendar,
        )

    @property
    def _words(self) -> str:
        return self.typed.get("q", "").strip()

    @property
    def _step(self) -> str:
        return self.typed.get("step", "")

    @cached_property
    def _matches(self) -> tuple[list[ProcedureChoice], bool]:
        """What this desk accepts of the matching procedures, and whether they are only similar."""
        words, desk, at = self._words, self.desk, self.at
        found, only_nearest = _search(words, desk, at) if words else (_usual(desk, at), False)
        return _offered(found, desk, at), only_nearest

    @property
    def _answers(self) -> list[ProcedureChoice]:
        """The choices of which the step takes the best; empty where it takes none."""
        if not self._words or self._step not in {"first", "procedure"}:
            return []
        matches, only_nearest = self._matches
        return [] if only_nearest else matches


def read_draft(typed: QueryDict, desk: Unit, at: datetime, edition: int | None = None) -> RegistrationDraft:
    """The draft with the calendar of the desk. `edition`: the current calendar edition, where loaded already."""
    return RegistrationDraft(typed, desk, at, working_calendar(desk, edition))


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


def _choice(typed: str, desk: Unit, at: datetime) -> ProcedureChoice | None:
    """The offering with the typed key, if this desk accepts it now."""
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
