"""Suggestion boxes are opened by two people."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.models import BoxOpening, SuggestionBox
from units.clock.days import local_day
from units.rules import RuleBroken


@transaction.atomic
def open_box(
    *, box: SuggestionBox, opened_on: date, letters: int, second_opener: User, actor: User, at: datetime
) -> BoxOpening:
    """Record that `actor` and another person opened a box on a local day. Raises RuleBroken."""
    if second_opener.pk == actor.pk:
        raise RuleBroken(_("Hòm thư phải do hai người khác nhau cùng mở."), field="second_opener")
    if opened_on > local_day(at):
        raise RuleBroken(_("Ngày mở không thể ở tương lai."), field="opened_on")
    try:
        with transaction.atomic():
            return BoxOpening.objects.create(
                box=box, opened_on=opened_on, letters=letters, first_opener=actor, second_opener=second_opener, at=at
            )
    except IntegrityError as twice:
        raise RuleBroken(_("Lần mở hòm thư này đã được ghi."), field="opened_on") from twice
