"""The official reports there are, and how each is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

from reporting.definitions.periods import Span
from reporting.models import SignedReport
from reporting.reports.cases import cases_report
from reporting.reports.document import Report
from reporting.reports.ii_06a import ii_06a
from reporting.reports.index_766 import index_766
from reporting.reports.non_conformities import non_conformities
from reporting.reports.ratings import ratings
from reporting.reports.scope import Scope
from reporting.reports.scores import scores

Kind = SignedReport.Kind


class Builder(Protocol):
    def __call__(self, scope: Scope, period: Span, *, at: datetime) -> Report: ...


BUILDERS: Final[Mapping[Kind, Builder]] = MappingProxyType(
    {
        Kind.FORM_06A: ii_06a,
        Kind.SCORES: scores,
        Kind.INDEX_766: index_766,
        Kind.RATINGS: ratings,
        Kind.NON_CONFORMITIES: non_conformities,
        Kind.CASES: cases_report,
    }
)


def build(kind: Kind, scope: Scope, period: Span, *, at: datetime) -> Report:
    """The report as it is counted at that moment. Raises RuleBroken where it cannot be made."""
    return BUILDERS[kind](scope, period, at=at)
