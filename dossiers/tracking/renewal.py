"""The owner's own renewal of the secret, for one who thinks that somebody else knows it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.citizens.row_secrets import give_secret
from dossiers.models import Dossier


@transaction.atomic
def renew_by_owner(*, dossier: Dossier, stops_messages: bool, at: datetime) -> str:
    """Returns the new secret; ends the old one with all that it opened. `stops_messages`: stops every follower too,
    for one of them may have been subscribed with the old secret."""
    if stops_messages:
        dossier.followers.active().update(stopped_at=at)
    return give_secret(row=dossier)
