"""Tables of the inbox."""

from complaints.models.calendar import CaseMove, CaseRun
from complaints.models.cases import Case, CaseEvent, CaseQuerySet, CaseReading
from complaints.models.labels import (
    CHANNEL_LABELS,
    EVENT_LABELS,
    GRADE_LABELS,
    KIND_LABELS,
    OUTCOME_LABELS,
    STATUS_LABELS,
)
from complaints.models.links import CaseDossier, CaseLink
from complaints.models.mail import Mail, MailQuerySet, MailReading
from complaints.models.partners import ApiKey, Partner, PartnerCase, Scope
from complaints.models.people import CaseFile, CaseHandler, CaseText, Reporter, SealedBox
from complaints.models.publications import Publication
from complaints.models.ratings import CaseRating, RatedCase
from complaints.models.rule_sets import Category, Ground, RuleSet

__all__ = [
    "CHANNEL_LABELS",
    "EVENT_LABELS",
    "GRADE_LABELS",
    "KIND_LABELS",
    "OUTCOME_LABELS",
    "STATUS_LABELS",
    "ApiKey",
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
    "Ground",
    "Mail",
    "MailQuerySet",
    "MailReading",
    "Partner",
    "PartnerCase",
    "Publication",
    "RatedCase",
    "Reporter",
    "RuleSet",
    "Scope",
    "SealedBox",
]
