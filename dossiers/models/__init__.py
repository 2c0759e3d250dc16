"""Dossiers, their append-only events, and what hangs on them."""

from dossiers.models.calendar import CalendarMove, CalendarRun
from dossiers.models.care import Apology, Consultation, ResultRecord, SupplementRequest, Visit
from dossiers.models.days import day_bounds, local_day
from dossiers.models.dossier import MOST_SECONDS, Dossier, DossierQuerySet, ReceivedDocument
from dossiers.models.labels import EVENT_LABELS, LONG_TEXTS, READING_ROLES, STATUS_LABELS, LateCause
from dossiers.models.ledger import DossierEvent, DossierReading, LookupTry, StaleDay
from dossiers.models.legs import DossierLeg, LegQuerySet
from dossiers.models.papers import ReturnRecord
from dossiers.models.slips import ClosedBook, Slip, YearCounter

__all__ = [
    "EVENT_LABELS",
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
    "LateCause",
    "LegQuerySet",
    "LookupTry",
    "ReceivedDocument",
    "ResultRecord",
    "ReturnRecord",
    "Slip",
    "StaleDay",
    "SupplementRequest",
    "Visit",
    "YearCounter",
    "day_bounds",
    "local_day",
]
