"""Panel 1 of the registration page: reads identity cards and offers values from the applicant's earlier dossiers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.citizens.identity import tidy
from accounts.models import User
from dossiers.intake.applicant_lookup import OFFERED, ApplicantDossiers, find_applicant, open_duplicate
from dossiers.intake.id_card import Card, CardUnread, read_card
from dossiers.models import Dossier
from dossiers.particulars.offerings import LONGEST_KEY
from units.clock.days import local_day
from units.models import Unit
from units.texts.wording import short_date

CARD, EARLIER, PROCEDURE = "card", "known", "procedure"
"""Values of `step`: read the card; copy address and telephone from an earlier dossier; choose the procedure."""
IN_ORDER: Final = ("name", "id_number", "born_on", "address", "phone")
SCAN_FIELD, SEARCH_FIELD = "card", "q"


@dataclass(frozen=True, slots=True)
class Panel:
    """`typed`: the values that the page shows next, without the scanned text.

    `fault`: why a card could not be read; `is_read`: it was. `focus`: the field to focus, if any.
    """

    typed: QueryDict
    earlier: ApplicantDossiers = field(default_factory=ApplicantDossiers)
    fault: str = ""
    is_read: bool = False
    focus: str = ""

    @property
    def focus_id(self) -> str:
        """The id of the field to focus."""
        return self.focus if self.focus in {"", SCAN_FIELD, SEARCH_FIELD} else f"id_{self.focus}"

    @property
    def taken_over(self) -> dict[str, str]:
        """The fields whose value was copied from the newest dossier and not changed since."""
        return {name: value for name, value in self.earlier.offers.items() if _is_untouched(self.typed, name, value)}

    @property
    def can_fill(self) -> bool:
        """Whether the newest dossier has a value for an empty field."""
        return any(not self.typed.get(name, "").strip() for name in self.earlier.offers)

    @property
    def source_words(self) -> str:
        """The hint that names the source of copied values."""
        day = self.earlier.since
        return (
            _("Lấy từ hồ sơ ngày %(day)s, hãy hỏi lại.") % {"day": short_date(day, get_language() or "vi")}
            if day
            else ""
        )

    @property
    def is_confirmed(self) -> bool:
        """Whether the clerk confirmed this duplicate."""
        duplicate = self.earlier.duplicate
        return duplicate is not None and self.typed.get("duplicate_of") == str(duplicate.pk)


def read_panel(sent: QueryDict, user: User, desk: Unit, at: datetime) -> Panel:
    """Applies the requested step to the sent values. Reads only."""
    typed = sent.copy()
    raw, step = typed.pop(SCAN_FIELD, [""])[-1], typed.get("step", "")
    if step == CARD and not raw.strip():
        typed["step"] = PROCEDURE  # without scripts, Enter in any field presses the first button
        step = PROCEDURE
    fault = _fill_from_card(typed, raw, at) if step == CARD else ""
    earlier = _earlier_dossiers(typed, user, desk)
    if step in {CARD, EARLIER} and not fault:
        _fill_from_earlier(typed, earlier)
    is_read = step == CARD and not fault
    return Panel(typed, earlier, fault, is_read, focus=SCAN_FIELD if fault else _next(typed, step))


def _fill_from_card(typed: QueryDict, raw: str, at: datetime) -> str:
    """Fills the fields from the card; or returns the message of a card that cannot be read and changes nothing."""
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


def _earlier_dossiers(typed: QueryDict, user: User, desk: Unit) -> ApplicantDossiers:
    kind = typed.get("kind", Dossier.ApplicantKind.PERSON)
    number, offering = tidy(typed.get("id_number", "")), typed.get("offering", "")
    earlier = find_applicant(kind, number, user)
    if earlier.open and offering.isdecimal() and len(offering) < LONGEST_KEY:
        duplicate = open_duplicate(kind, number, desk=desk, offering_id=int(offering))
        return ApplicantDossiers(earlier.newest, earlier.open, duplicate)
    return earlier


def _fill_from_earlier(typed: QueryDict, earlier: ApplicantDossiers) -> None:
    """Fills empty fields only, after emptying those copied from another person's dossier and not changed since."""
    for name in OFFERED:
        if _is_untouched(typed, name, typed.get(f"offered_{name}", "")):
            typed[name] = ""
        if not typed.get(name, "").strip() and name in earlier.offers:
            typed[name] = earlier.offers[name]


def _is_untouched(typed: QueryDict, name: str, offered: str) -> bool:
    return bool(offered) and typed.get(name, "").strip() == offered


def _next(typed: QueryDict, step: str) -> str:
    """The first empty field after filling; the procedure search when there is none."""
    if step not in {CARD, EARLIER}:
        return ""
    return next((name for name in IN_ORDER if not typed.get(name, "").strip()), SEARCH_FIELD)
