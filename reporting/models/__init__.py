"""Roll-ups and their nightly reconciliation, signed reports, subscriptions to digests."""

from reporting.models.cases import CaseTally, CaseTallyQuerySet, CaseTime
from reporting.models.digests import DigestQuerySet, DigestSubscription
from reporting.models.nightly_counts import (
    IntakeHour,
    NightlyCount,
    Reconciliation,
    StepTime,
    TermLeft,
    UsualTime,
)
from reporting.models.signed import SignedReport, SignedReportQuerySet
from reporting.models.tallies import (
    DailyTally,
    DailyTallyQuerySet,
    LateTally,
    LegTally,
    LegTallyQuerySet,
    MonthTally,
    MonthTallyQuerySet,
    OpenTally,
    SupplementTally,
)

__all__ = [
    "CaseTally",
    "CaseTallyQuerySet",
    "CaseTime",
    "DailyTally",
    "DailyTallyQuerySet",
    "DigestQuerySet",
    "DigestSubscription",
    "IntakeHour",
    "LateTally",
    "LegTally",
    "LegTallyQuerySet",
    "MonthTally",
    "MonthTallyQuerySet",
    "NightlyCount",
    "OpenTally",
    "Reconciliation",
    "SignedReport",
    "SignedReportQuerySet",
    "StepTime",
    "SupplementTally",
    "TermLeft",
    "UsualTime",
]
