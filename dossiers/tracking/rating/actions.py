"""Rates the service: once per dossier, after it was returned or refused, anonymously."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers.clock.states import Status
from dossiers.models import Dossier, RatedDossier, Rating
from units.clock.days import local_day
from units.rules import RuleBroken

RATED_WITHIN: Final = timedelta(days=90)
"""How long after the end a rating is accepted."""

ENDED: Final = frozenset({Status.RETURNED, Status.REFUSED})


@transaction.atomic
def rate_dossier(*, dossier: Dossier, score: int, reasons: Sequence[str], words: str, at: datetime) -> Rating:
    """Stores a rating. Raises RuleBroken when the dossier has not ended, ended too long ago, or is rated already; of
    two at once only one is stored."""
    check_may_be_rated(dossier, at)
    _rated, is_first = RatedDossier.objects.get_or_create(dossier=dossier)
    if not is_first:
        raise _already_rated()
    return Rating.objects.create(
        month=local_day(at).replace(day=1),
        desk_id=dossier.desk_id,
        handler_id=dossier.handler_id,
        score=score,
        reasons=list(reasons),
        words=words,
    )


def check_may_be_rated(dossier: Dossier, at: datetime) -> None:
    """Raises RuleBroken with a message for the citizen."""
    ended_at = dossier.returned_at or dossier.finished_at
    if dossier.state not in ENDED or ended_at is None:
        raise RuleBroken(_("Hồ sơ chưa trả kết quả. Mời ông/bà đánh giá sau khi nhận kết quả."))
    if at - ended_at > RATED_WITHIN:
        raise RuleBroken(_("Đã quá 90 ngày từ lúc trả kết quả nên không nhận đánh giá nữa."))
    if RatedDossier.objects.filter(dossier=dossier).exists():
        raise _already_rated()


def _already_rated() -> RuleBroken:
    return RuleBroken(_("Hồ sơ này đã được đánh giá. Mỗi hồ sơ chỉ đánh giá một lần, xin cảm ơn ông/bà."))
