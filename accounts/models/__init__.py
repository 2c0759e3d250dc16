"""People who work in the offices, what each of them may do where, and who let whom do it."""

from accounts.models.identities import SUBJECT_LENGTH, ProviderIdentity, ProviderSession
from accounts.models.oversight import GUARDED, INSPECTION, AccountEvent, Proposal
from accounts.models.passwords import UsedPassword
from accounts.models.people import (
    DELEGABLE,
    AttemptCounter,
    Delegation,
    Membership,
    MembershipQuerySet,
    User,
    name_of,
)
from accounts.models.sessions import BrowserSession

__all__ = [
    "DELEGABLE",
    "GUARDED",
    "INSPECTION",
    "SUBJECT_LENGTH",
    "AccountEvent",
    "AttemptCounter",
    "BrowserSession",
    "Delegation",
    "Membership",
    "MembershipQuerySet",
    "Proposal",
    "ProviderIdentity",
    "ProviderSession",
    "UsedPassword",
    "User",
    "name_of",
]
