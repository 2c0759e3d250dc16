"""Roll-ups with the record of their nightly proof, signed reports, and who asked for a digest."""

from reporting.models.cases import CaseTally, CaseTallyQuerySet, CaseTime
from reporting.models.digests import DigestQuerySet, DigestSubscription
from reporting.models.nightly import IntakeHour, NightCount, Proof, StepTime, TermLeft, UsualTime
from reporting.models.signed import SignedReport, SignedReportQuerySet
from reporting.models.tallies import (
    CareTally,
    DailyTally,
    DailyTallyQuerySet,
    LateTally,
    LegTally,
    LegTallyQuerySet,
    MonthTally,
    MonthTallyQuerySet,
    OpenTally,
    OpenTallyQuerySet,
)

__all__ = [
    "CareTally",
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
    "NightCount",
    "OpenTally",
    "OpenTallyQuerySet",
    "Proof",
    "SignedReport",
    "SignedReportQuerySet",
    "StepTime",
    "TermLeft",
    "UsualTime",
]
