"""API keys of other systems. Reads only."""

from __future__ import annotations

import hashlib
from datetime import datetime

from complaints.models import ApiKey


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()


def valid_key(given: str, at: datetime) -> ApiKey | None:
    """The row of a key that is valid now, with its partner; one query."""
    if not given:
        return None
    return ApiKey.objects.valid(at).select_related("partner").filter(digest=digest_of(given)).first()
