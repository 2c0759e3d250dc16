"""What the frame of staff pages says of notices."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from notices.unseen import count_unseen

register = template.Library()


@register.simple_tag
def unseen_notices(user: User | AnonymousUser) -> int:
    """How many notices this person has not marked as seen; 0 for somebody who is not signed in."""
    return count_unseen(user.pk) if user.is_authenticated and user.pk else 0
