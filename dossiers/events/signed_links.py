"""Addresses that need no sign-in because nobody can guess them: to confirm, to stop, a dossier's feed and calendar.

Each is signed with the portal's key for one purpose, so nothing secret is stored, nothing personal stands in it, and a
later message can print the same address again. A new SECRET_KEY with the old one in SECRET_KEY_FALLBACKS keeps them.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from dossiers.models import Dossier, Follower

CONFIRM: Final = "dossiers.follow.confirm"
DIGITS: Final = "dossiers.follow.digits"
STOP: Final = "dossiers.follow.stop"
FEED: Final = "dossiers.feed"


def signed(follower: Follower, purpose: str) -> str:
    """What stands in an address instead of the follower: its number, signed for this purpose only."""
    return signing.Signer(salt=purpose, sep=".").sign(str(follower.pk))


def follower_key(text: str, purpose: str) -> int | None:
    """The number signed for this purpose; None for anything else."""
    try:
        return int(signing.Signer(salt=purpose, sep=".").unsign(text))
    except (signing.BadSignature, ValueError):
        return None


def confirm_address(follower: Follower) -> str:
    return _address(follower.language, "dossiers:confirm_following", signed(follower, CONFIRM))


def stop_address(follower: Follower) -> str:
    return _address(follower.language, "dossiers:stop_following", signed(follower, STOP))


def digits_hash(follower: Follower, digits: str) -> str:
    """Six digits as they are kept: keyed, and of no use for another dossier or number."""
    told = f"{follower.dossier_id}:{follower.phone}:{digits}"
    return salted_hmac(DIGITS, told, algorithm="sha256").hexdigest()


def feed_token(dossier: Dossier) -> str:
    """What the addresses of a dossier's feed and calendar end with; only whoever could open the page learns it."""
    return _token(dossier, settings.SECRET_KEY)


def is_feed_token(text: str, dossier: Dossier) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(text, _token(dossier, key)) for key in keys)


def _token(dossier: Dossier, key: str | bytes) -> str:
    return signing.Signer(key=key, salt=FEED).signature(f"{dossier.code}:{dossier.secret}")


def _address(language: str, name: str, *args: str) -> str:
    with translation.override(language):
        return settings.PORTAL_URL + reverse(name, args=args)
