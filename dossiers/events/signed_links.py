"""Signed links that need no sign-in: to confirm, to stop, and for a dossier's feed and calendar entry.

Each is signed with the portal's key for one purpose, holds no personal data, and can be repeated by later messages.
Those that open a dossier have a token of its row (`accounts.citizens.row_secrets`).
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from accounts.citizens.row_secrets import is_link_token, link_token
from dossiers.models import Dossier, Follower

CONFIRM: Final = "dossiers.follow.confirm"
DIGITS: Final = "dossiers.follow.digits"
STOP: Final = "dossiers.follow.stop"
FEED: Final = "dossiers.feed"


def signed(follower: Follower, purpose: str) -> str:
    """Returns the follower's primary key, signed for one purpose."""
    return signing.Signer(salt=purpose, sep=".").sign(str(follower.pk))


def follower_key(text: str, purpose: str) -> int | None:
    """Returns the primary key signed for this purpose; None for anything else."""
    try:
        return int(signing.Signer(salt=purpose, sep=".").unsign(text))
    except (signing.BadSignature, ValueError):
        return None


def confirm_address(follower: Follower) -> str:
    return _address(follower.language, "dossiers:confirm_following", signed(follower, CONFIRM))


def stop_address(follower: Follower) -> str:
    return _address(follower.language, "dossiers:stop_following", signed(follower, STOP))


def digits_hash(follower: Follower, digits: str) -> str:
    """The keyed hash of the six digits; differs for every dossier and telephone number."""
    return salted_hmac(DIGITS, f"{follower.dossier_id}:{follower.phone}:{digits}", algorithm="sha256").hexdigest()


def feed_token(dossier: Dossier) -> str:
    """The token in the URLs of a dossier's feed and calendar entry; shown only on the unlocked page."""
    return link_token(dossier, FEED)


def is_feed_token(text: str, dossier: Dossier) -> bool:
    return is_link_token(text, dossier, FEED)


def _address(language: str, name: str, *args: str) -> str:
    with translation.override(language):
        return settings.PORTAL_URL + reverse(name, args=args)
