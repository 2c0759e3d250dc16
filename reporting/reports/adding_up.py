"""Checks that rows of official reports add up; a report that does not is refused. Pure.

Every column, also a total, is counted by itself, so the check can fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext as _

from units.rules import RuleBroken


class AddingUp(Protocol):
    """A row of a report with its name and its identities: the formula as printed, and both sides."""

    @property
    def name(self) -> str: ...

    @property
    def identities(self) -> Sequence[tuple[str, int, int]]: ...


RowT = TypeVar("RowT", bound=AddingUp)


def checked(rows: Iterable[RowT], *, report: Any) -> list[RowT]:
    """The same rows. Raises RuleBroken for the first one that does not add up, naming the report, the row and the
    identity."""
    found = list(rows)
    for row in found:
        for identity, left, right in row.identities:
            if left != right:
                details = {"report": report, "row": row.name, "identity": identity, "left": left, "right": right}
                raise RuleBroken(
                    _("%(report)s, dòng “%(row)s”: %(identity)s không đúng (%(left)d, %(right)d).") % details
                )
    return found
