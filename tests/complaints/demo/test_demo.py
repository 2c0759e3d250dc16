"""The made-up cases: about 2,500 in four years, close to 95 % resolved, and every row as its events say."""

from __future__ import annotations

import pytest
from django.db.models import Count, F, Q

from complaints.demo.loading import load_cases
from complaints.events.reconciliation import compare_cases
from complaints.models import (
    Call,
    Case,
    CaseRating,
    CaseText,
    RatedCase,
    ReceptionDay,
    ReceptionEntry,
    SealedBox,
    SuggestionBox,
)
from tests.complaints.cases import make_inspector
from tests.databases import as_owner
from tests.factories import City, hanoi, make_user

NOW = hanoi(2026, 11, 26, 15)


def test_the_cases_of_the_demo(city: City) -> None:
    city.district.is_tenant = True
    city.district.save(update_fields=["is_tenant"])
    make_inspector(city.district)
    make_user("specialist", city.district)
    with as_owner():
        assert load_cases(now=NOW) == 2500
    seen = [differences for _count, differences in compare_cases()]
    assert not any(seen)
    resolved = Case.objects.resolved().count()
    assert 0.93 < resolved / 2500 < 0.97
    assert 0.9 < Case.objects.resolved().filter(finished_at__lte=F("due_at")).count() / resolved < 0.99
    assert Case.objects.open().exists()
    kinds = dict(Case.objects.values_list("kind").annotate(Count("pk")))
    assert set(kinds) == {
        "grievance",
        "denunciation",
        "denunciation_info",
        "petition",
        "field_report",
        "question",
        "praise",
    }
    assert not CaseText.objects.filter(case__is_sealed=True).exists()
    assert SealedBox.objects.exists()
    scores = CaseRating.objects.aggregate(n=Count("pk"), good=Count("pk", filter=Q(score__gte=4)))
    assert scores["n"] == RatedCase.objects.count() > 500
    assert 0.6 < scores["good"] / scores["n"] < 0.9
    calls = Call.objects.all()
    assert calls.filter(closed_at__isnull=False).count() == Case.objects.filter(channel="hotline").count() > 100
    assert calls.unwritten().count() == 2 * calls.missed(NOW).count() == 2
    assert ReceptionEntry.objects.count() == 3
    assert SuggestionBox.objects.count() == 3
    assert ReceptionDay.objects.exists()
    with pytest.raises(ValueError, match="not empty"):
        load_cases(now=NOW)
