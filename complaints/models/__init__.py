"""Tables of the inbox."""

from complaints.models.answers import MOST_REPRESENTATIVES, AnswerTemplate, Representative
from complaints.models.calendar import CaseMove, CaseRun
from complaints.models.calls import Call, CallQuerySet
from complaints.models.cases import Case, CaseEvent, CaseQuerySet, CaseReading
from complaints.models.labels import (
    CHANNEL_LABELS,
    EVENT_LABELS,
    GRADE_LABELS,
    KIND_LABELS,
    OUTCOME_LABELS,
    STATUS_LABELS,
)
from complaints.models.letters import BoxOpening, Letter, SuggestionBox
from complaints.models.links import CaseDossier, CaseLink
from complaints.models.mail import Mail, MailQuerySet, MailReading
from complaints.models.partners import ApiKey, Partner, PartnerCase, Scope
from complaints.models.people import CaseFile, CaseHandler, CaseText, Reporter, SealedBox
from complaints.models.publications import Publication
from complaints.models.ratings import CaseRating, RatedCase
from complaints.models.receptions import Booking, EntryKind, ReceptionDay, ReceptionEntry, RegisterReading
from complaints.models.rule_sets import Category, Ground, RuleSet

__all__ = [
    "CHANNEL_LABELS",
    "EVENT_LABELS",
    "GRADE_LABELS",
    "KIND_LABELS",
    "MOST_REPRESENTATIVES",
    "OUTCOME_LABELS",
    "STATUS_LABELS",
    "AnswerTemplate",
    "ApiKey",
    "Booking",
    "BoxOpening",
    "Call",
    "CallQuerySet",
    "Case",
    "CaseDossier",
    "CaseEvent",
    "CaseFile",
    "CaseHandler",
    "CaseLink",
    "CaseMove",
    "CaseQuerySet",
    "CaseRating",
    "CaseReading",
    "CaseRun",
    "CaseText",
    "Category",
    "EntryKind",
    "Ground",
    "Letter",
    "Mail",
    "MailQuerySet",
    "MailReading",
    "Partner",
    "PartnerCase",
    "Publication",
    "RatedCase",
    "ReceptionDay",
    "ReceptionEntry",
    "RegisterReading",
    "Reporter",
    "Representative",
    "RuleSet",
    "Scope",
    "SealedBox",
    "SuggestionBox",
]
