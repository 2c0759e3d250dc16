"""Panel 1 of the registration page beside its form: the card that was read, and what is known of the person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.citizens.identity import tidy
from accounts.models import User
from dossiers.intake.applicant_lookup import OFFERED, Known, find_known, open_duplicate
from dossiers.intake.id_card import Card, CardUnread, read_card
from dossiers.models import Dossier
from dossiers.particulars.offerings import LONGEST_KEY
from units.clock.days import local_day
from units.models import Unit
from units.texts.wording import short_date

CARD, KNOWN, PROCEDURE = "card", "known", "procedure"
"""Steps of the page: read the card; take address and telephone from an earlier dossier; choose the procedure."""
IN_ORDER: Final = ("name", "id_number", "born_on", "address", "phone")
SCAN_FIELD, SEARCH_FIELD = "card", "q"


@dataclass(frozen=True, slots=True)
class Panel:
    """`typed` is what the page goes on with; it never holds the text that was scanned.

    `fault` says why a card could not be read, `is_read` that it was. `focus` names the field to go on with, if any.
    """

    typed: QueryDict
    known: Known = field(default_factory=Known)
    fault: str = ""
    is_read: bool = False
    focus: str = ""

    @property
    def focus_id(self) -> str:
        """The field to go on with, as the page names it."""
        return self.focus if self.focus in {"", SCAN_FIELD, SEARCH_FIELD} else f"id_{self.focus}"

    @property
    def taken_over(self) -> dict[str, str]:
        """The fields that hold what the newest dossier says, exactly as it was offered."""
        return {name: said for name, said in self.known.offers.items() if _is_untouched(self.typed, name, said)}

    @property
    def can_fill(self) -> bool:
        """The newest dossier has something for a field that is empty."""
        return any(not self.typed.get(name, "").strip() for name in self.known.offers)

    @property
    def source_words(self) -> str:
        """Where what was taken over comes from."""
        day = self.known.since
        return (
            _("Lấy từ hồ sơ ngày %(day)s, hãy hỏi lại.") % {"day": short_date(day, get_language() or "vi")}
            if day
            else ""
        )

    @property
    def is_confirmed(self) -> bool:
        """That the clerk has asked about this very duplicate."""
        duplicate = self.known.duplicate
        return duplicate is not None and self.typed.get("duplicate_of") == str(duplicate.pk)


def read_panel(sent: QueryDict, user: User, desk: Unit, at: datetime) -> Panel:
    """What was sent, with what the step asked for done to it. Reads only."""
    typed = sent.copy()
    raw, step = typed.pop(SCAN_FIELD, [""])[-1], typed.get("step", "")
    if step == CARD and not raw.strip():
        typed["step"] = PROCEDURE  # Enter in another field of a page without scripts presses the first button
        step = PROCEDURE
    fault = _fill_from_card(typed, raw, at) if step == CARD else ""
    known = _known(typed, user, desk)
    if step in {CARD, KNOWN} and not fault:
        _fill_from_known(typed, known)
    is_read = step == CARD and not fault
    return Panel(typed, known, fault, is_read, focus=SCAN_FIELD if fault else _next(typed, step))


def _fill_from_card(typed: QueryDict, raw: str, at: datetime) -> str:
    """Write the card into the fields it speaks of; or the sentence that says why it is none, and nothing changes."""
    try:
        card = read_card(raw, local_day(at))
    except CardUnread as unread:
        return unread.message
    for name, value in _fields_of(card).items():
        typed[name] = value
    return ""


def _fields_of(card: Card) -> dict[str, str]:
    return {
        "kind": Dossier.ApplicantKind.PERSON,
        "name": card.name,
        "id_number": card.number,
        "born_on": short_date(card.born_on, "vi"),
        "address": card.address,
    }


def _known(typed: QueryDict, user: User, desk: Unit) -> Known:
    kind = typed.get("kind", Dossier.ApplicantKind.PERSON)
    number, offering = tidy(typed.get("id_number", "")), typed.get("offering", "")
    known = find_known(kind, number, user)
    if known.open and offering.isdecimal() and len(offering) < LONGEST_KEY:
        duplicate = open_duplicate(kind, number, desk=desk, offering_id=int(offering))
        return Known(known.newest, known.open, duplicate)
    return known


def _fill_from_known(typed: QueryDict, known: Known) -> None:
    """Into empty fields only. What the dossier of another person had filled, and nobody touched since, is not kept."""
    for name in OFFERED:
        if _is_untouched(typed, name, typed.get(f"offered_{name}", "")):
            typed[name] = ""
        if not typed.get(name, "").strip() and name in known.offers:
            typed[name] = known.offers[name]


def _is_untouched(typed: QueryDict, name: str, offered: str) -> bool:
    return bool(offered) and typed.get(name, "").strip() == offered


def _next(typed: QueryDict, step: str) -> str:
    """The first field still empty after the panel was filled; the search for a procedure when none is."""
    if step not in {CARD, KNOWN}:
        return ""
    return next((name for name in IN_ORDER if not typed.get(name, "").strip()), SEARCH_FIELD)
