"""Ratings that reporters of the demo gave."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from complaints.models import Case, CaseRating, RatedCase
from complaints.tracking.rating import ENDED
from units.clock.days import local_day


def rate_some(cases: Iterable[Case], plan: dict[str, Any], rng: Random) -> None:
    """Rate a share of the answered plain cases, in the month of the answer; late answers get lower scores."""
    ratings, rated = [], []
    for case in cases:
        if case.state not in ENDED or case.is_sealed or case.answered_at is None or rng.random() > plan["rated"]:
            continue
        weights = plan["scores_late" if case.answered_at > case.due_at else "scores"]
        (score,) = rng.choices(range(1, 6), weights)
        month = local_day(case.answered_at).replace(day=1)
        ratings.append(CaseRating(month=month, unit_id=case.unit_id, kind=case.kind, score=score))
        rated.append(RatedCase(case=case))
    CaseRating.objects.bulk_create(ratings, batch_size=1000)
    RatedCase.objects.bulk_create(rated, batch_size=1000)
