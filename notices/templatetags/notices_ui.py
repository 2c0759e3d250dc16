"""What the frame of staff pages says of notices, and the dates in an SMS."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from notices.issuing.unseen import count_unseen
from notices.models import Notice
from notices.sending import sms_text
from units.texts.wording import money

register = template.Library()


@register.simple_tag
def unseen_notices(user: User | AnonymousUser) -> int:
    """How many notices this person has not marked as seen; 0 for somebody who is not signed in."""
    return count_unseen(user.pk) if user.is_authenticated and user.pk else 0


@register.simple_tag
def undelivered_notices(user: User) -> dict[str, int] | None:
    """How many notices were given up and how many nobody knows about; None for who may not look at them."""
    if not user.has_perm("notices.view_notice"):
        return None
    at = timezone.now()
    return {"given_up": Notice.objects.given_up().count(), "unsure": Notice.objects.unsure(at).count()}


@register.filter
def sms_day(moment: datetime) -> str:
    """As "26/11/2026"."""
    return sms_text.sms_day(moment, get_language() or "vi")


@register.filter
def sms_time(moment: datetime) -> str:
    """As "17:00 26/11/2026"."""
    return sms_text.sms_time(moment, get_language() or "vi")


@register.filter
def amount_words(amount: int | str) -> str:
    """As "1.250.000 đồng" or "1,250,000 VND", in the reader's language; words of older notices stay as they are."""
    return money(amount, get_language() or "vi") if isinstance(amount, int) else amount
