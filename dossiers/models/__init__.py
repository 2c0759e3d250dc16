"""Dossiers, their append-only events, and the rows that belong to them."""

from dossiers.models.calendar import CalendarMove, CalendarRun
from dossiers.models.dossier import MOST_SECONDS, Dossier, DossierQuerySet, ReceivedDocument, reads_at
from dossiers.models.followers import Follower
from dossiers.models.imports import RegisterImport
from dossiers.models.labels import LONG_TEXTS, READING_ROLES, STATUS_LABELS, LateCause
from dossiers.models.ledger import DossierEvent, DossierReading, ReadingReason, StaleDay, StaleOpen
from dossiers.models.legs import DossierLeg, LegQuerySet
from dossiers.models.papers import ReturnRecord
from dossiers.models.proxy import ProxyRecord
from dossiers.models.ratings import RatedDossier, Rating, RatingQuerySet
from dossiers.models.scans import Scan, ScanQuerySet, ScanWithdrawal, StaffNote
from dossiers.models.slips import ClosedBook, Slip, YearCounter
from dossiers.models.supplements_and_apologies import (
    Apology,
    Consultation,
    ResultRecord,
    SupplementRequest,
    Visit,
)

__all__ = [
    "LONG_TEXTS",
    "MOST_SECONDS",
    "READING_ROLES",
    "STATUS_LABELS",
    "Apology",
    "CalendarMove",
    "CalendarRun",
    "ClosedBook",
    "Consultation",
    "Dossier",
    "DossierEvent",
    "DossierLeg",
    "DossierQuerySet",
    "DossierReading",
    "Follower",
    "LateCause",
    "LegQuerySet",
    "ProxyRecord",
    "RatedDossier",
    "Rating",
    "RatingQuerySet",
    "ReadingReason",
    "ReceivedDocument",
    "RegisterImport",
    "ResultRecord",
    "ReturnRecord",
    "Scan",
    "ScanQuerySet",
    "ScanWithdrawal",
    "Slip",
    "StaffNote",
    "StaleDay",
    "StaleOpen",
    "SupplementRequest",
    "Visit",
    "YearCounter",
    "reads_at",
]
