"""The terms that the law sets for each kind of case, dated. Pure.

A set is data (`complaints/data/rules.json`, then rows that administrators may edit); a case keeps the set that was in
force on the day it was received, and its events carry the terms themselves, so that a later edit moves no date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from units.clock.due_dates import Term, TermUnit, term_as_json, term_from_json


class Grade(StrEnum):
    """How much work, or how much haste, a case is; each has its own time for settlement."""

    NORMAL = "normal"
    COMPLEX = "complex"
    URGENT = "urgent"


class DecidedBy(StrEnum):
    """Which act ends the time for settlement: the decision itself, or the answer that reaches the reporter."""

    SETTLED = "settled"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Rules:
    """`check`: to accept or not, from receipt; `check_at_most`: where several places must be asked; `transfer`: to
    pass on what is another body's; `settle`: by grade, from acceptance; `extensions`: each adds its amount to the
    term, in the same unit; `answer`: to send the decision, from settlement; `notify`: to inform the reporter that the
    case was accepted; `limitation`: from the act complained of; `reopen`: how long the reporter may come back.

    `complex_needs`: how many of the complexity grounds must be named; `approved`: an officer's answer goes out only as
    a draft that the head of the unit has approved. Raises ValueError for a set without a normal
    settlement, or with an extension of another unit than the settlement.
    """

    check: Term
    settle: Mapping[Grade, Term]
    decided_by: DecidedBy
    check_at_most: Term | None = None
    transfer: Term | None = None
    extensions: tuple[Term, ...] = ()
    answer: Term | None = None
    notify: Term | None = None
    limitation: Term | None = None
    reopen: Term | None = None
    complex_needs: int = 0
    approved: bool = False

    def __post_init__(self) -> None:
        normal = self.settle.get(Grade.NORMAL)
        if normal is None:
            raise ValueError("a set of rules needs a time for settlement")
        if any(extra.unit is not normal.unit for extra in self.extensions):
            raise ValueError("an extension counts in the unit of the settlement")

    def settlement(self, grade: Grade, extensions: int) -> Term:
        """The whole time from acceptance. Raises ValueError for a grade or a number of extensions the set has not."""
        if grade not in self.settle or extensions > len(self.extensions):
            raise ValueError(f"no settlement for {grade} with {extensions} extensions")
        term = self.settle[grade]
        more = sum(extra.amount for extra in self.extensions[:extensions])
        return Term(term.amount + more, term.unit, term.cut_off, term.late_receipt_next_day)

    def as_json(self) -> dict[str, Any]:
        stored: dict[str, Any] = {
            "check": term_as_json(self.check),
            "settle": {grade.value: term_as_json(term) for grade, term in self.settle.items()},
            "decided_by": self.decided_by.value,
        }
        for name in _OPTIONAL:
            term = getattr(self, name)
            if term is not None:
                stored[name] = term_as_json(term)
        if self.extensions:
            stored["extensions"] = [term_as_json(term) for term in self.extensions]
        if self.complex_needs:
            stored["complex_needs"] = self.complex_needs
        if self.approved:
            stored["approved"] = True
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Reads `as_json` back. Raises ValueError or KeyError for what is no set of rules."""
        return cls(
            check=term_from_json(stored["check"]),
            settle={Grade(grade): term_from_json(term) for grade, term in stored["settle"].items()},
            decided_by=DecidedBy(stored["decided_by"]),
            extensions=tuple(term_from_json(term) for term in stored.get("extensions", ())),
            complex_needs=int(stored.get("complex_needs", 0)),
            approved=bool(stored.get("approved", False)),
            **{name: term_from_json(stored[name]) for name in _OPTIONAL if name in stored},
        )


_OPTIONAL = ("check_at_most", "transfer", "answer", "notify", "limitation", "reopen")
RULE_NAMES = ("check", "settle", "decided_by", "extensions", "complex_needs", "approved", *_OPTIONAL)

__all__ = ["RULE_NAMES", "DecidedBy", "Grade", "Rules", "Term", "TermUnit"]
