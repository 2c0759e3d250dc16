"""The reporter's rating of an answered plain case, once, stored without a key to the case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.clock.states import Kind, Status
from complaints.models import Case, CaseRating, RatedCase
from units.clock.days import local_day
from units.rules import RuleBroken

RATED_WITHIN: Final = timedelta(days=90)
ENDED: Final = frozenset({Status.ANSWERED, Status.CLOSED})


def may_be_rated(case: Case, at: datetime) -> bool:
    answered = case.state in ENDED and case.answered_at is not None and at - case.answered_at <= RATED_WITHIN
    return answered and not case.is_sealed and case.kind != Kind.PRAISE


@transaction.atomic
def rate_case(*, case: Case, score: int, at: datetime) -> CaseRating:
    """Store the rating. Raises RuleBroken for a case that is not answered, was answered too long ago, or is rated
    already; two at once leave one rating."""
    if not may_be_rated(case, at):
        raise RuleBroken(_("Vụ việc này chưa đánh giá được, hoặc đã quá 90 ngày từ ngày trả lời."))
    _rated, is_first = RatedCase.objects.get_or_create(case=case)
    if not is_first:
        raise RuleBroken(_("Vụ việc này đã được đánh giá. Mỗi vụ việc chỉ đánh giá một lần, xin cảm ơn ông/bà."))
    month = local_day(at).replace(day=1)
    return CaseRating.objects.create(month=month, unit_id=case.unit_id, kind=case.kind, score=score)
