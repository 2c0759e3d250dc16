"""Free words of citizens, as those who lead an office read them."""

from __future__ import annotations

from datetime import date

import pytest

from dossiers.models import Rating
from reporting.definitions.periods import Month
from reporting.definitions.targets import PUBLISH_FROM
from reporting.rollup.satisfaction import comments
from tests.factories import make_units

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def test_words_are_read_newest_first_and_only_where_a_month_has_ratings_enough_to_hide_who_said_them():
    city = make_units()

    def rated(month: date, ratings: int, words: str) -> None:
        whose = {"month": month, "desk": city.ward_desk, "handler": city.department, "score": 5}
        Rating.objects.bulk_create(Rating(**whose, words="" if n else words) for n in range(ratings))

    first, last = Month(2026, 9), Month(2026, 11)
    rated(OCTOBER, PUBLISH_FROM - 1, "Chỉ vài người")
    assert not comments([city.department.pk], first, last)
    rated(NOVEMBER, PUBLISH_FROM, "Rất nhanh")
    rated(OCTOBER, 1, "Đủ người rồi")
    texts = [one.words for one in comments([city.department.pk], first, last)]
    assert texts[0] == "Rất nhanh"
    assert sorted(texts[1:]) == ["Chỉ vài người", "Đủ người rồi"]
    assert not comments([city.ward.pk], first, last)
