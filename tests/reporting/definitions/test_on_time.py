"""Rules 17 to 20 of the field: what is early, on time, late; and what a rate is a share of."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from reporting.definitions.on_time import Counts, Rate, Verdict, verdict
from reporting.definitions.periods import Month, Span, months_until, weeks_until
from reporting.templatetags import reporting_ui
from tests.factories import hanoi

DUE = hanoi(2026, 3, 13, 17)


@pytest.mark.parametrize(
    ("finished_at", "expected"),
    [
        (hanoi(2026, 3, 12, 16, 59), Verdict.EARLY),
        (hanoi(2026, 3, 13, 16, 59), Verdict.ON_TIME),
        (hanoi(2026, 3, 13, 17), Verdict.ON_TIME),
        (hanoi(2026, 3, 13, 17, 0, 1), Verdict.LATE),
        (hanoi(2026, 3, 16), Verdict.LATE),
    ],
)
def test_the_finish_against_the_promise_is_early_on_time_or_late(finished_at, expected):
    """Rule 17."""
    assert verdict(finished_at, DUE) is expected


def test_days_are_those_of_hanoi_whatever_zone_the_moments_come_in():
    just_after_midnight_in_hanoi = datetime(2026, 3, 12, 17, 30, tzinfo=UTC)
    assert verdict(just_after_midnight_in_hanoi, DUE) is Verdict.ON_TIME
    assert verdict(datetime(2026, 3, 12, 16, 30, tzinfo=UTC), DUE) is Verdict.EARLY


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        verdict(datetime(2026, 3, 12), DUE)  # noqa: DTZ001


WARD_X = Counts(received=120, early=40, on_time=57, late=3)


def test_resolved_is_early_and_on_time_and_late_together():
    """Rule 19: column 7 = 8 + 9 + 10, and 120 received = 100 resolved + 20 open."""
    assert WARD_X.resolved == 100
    assert WARD_X.received == WARD_X.resolved + 20


@pytest.mark.parametrize(
    ("rate", "numerator", "denominator", "percent"),
    [
        (WARD_X.rate, 97, 100, "97,0%"),
        (WARD_X.rate_with_overdue(2), 97, 102, "95,1%"),
        (WARD_X.rate_of_received, 97, 120, "80,8%"),
    ],
)
def test_each_of_the_three_rates_names_its_denominator(rate, numerator, denominator, percent):
    """Rule 20."""
    assert (rate.numerator, rate.denominator) == (numerator, denominator)
    assert reporting_ui.rate(rate) == percent


def test_a_share_of_nothing_is_unknown_and_never_all():
    nothing = Counts()
    for rate in (nothing.rate, nothing.rate_with_overdue(0), nothing.rate_of_received, nothing.early_rate):
        assert rate.exact is None
        assert reporting_ui.rate(rate) == "—"


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (2499, 2500, "99,96%"),
        (99_999, 100_000, "99,999%"),
        (1999, 2000, "99,95%"),
        (2500, 2500, "100%"),
        (1, 3000, "0,03%"),
        (0, 3000, "0%"),
        (984, 1000, "98,4%"),
    ],
)
def test_what_is_not_all_is_never_rounded_up_to_all(part, whole, percent):
    """Rule 20: 2,499 of 2,500 is 99.96 %."""
    assert reporting_ui.rate(Rate(part, whole)) == percent


def test_a_rate_is_kept_exactly():
    assert Rate(1, 3).exact == Fraction(1, 3)
    assert Rate(984, 1000).points_above(Rate(978, 1000)) == Decimal("0.6")
    assert Rate(984, 1000).points_above(Rate(0, 0)) is None


def test_counts_add_up_column_by_column():
    assert Counts(1, 2, 3, 4, 5, 6) + Counts(10, 20, 30, 40, 50, 60) == Counts(11, 22, 33, 44, 55, 66)


def test_a_month_begins_and_ends_at_midnight_in_hanoi():
    month = Month.parse("2026-12")
    assert month.start == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert month.end == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert (month.first, month.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert str(month.plus(1)) == "2027-01"
    assert Month.of(datetime(2026, 11, 30, 17, tzinfo=UTC)) == month


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "11-2026", "2026-1", "tháng"])
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        Month.parse(text)


def test_months_and_weeks_lead_up_to_the_last_one():
    assert [str(month) for month in months_until(Month(2026, 2), 3)] == ["2025-12", "2026-01", "2026-02"]
    assert weeks_until(date(2026, 11, 23), 2) == [date(2026, 11, 16), date(2026, 11, 23)]
    assert Month(2026, 11).written("vi") == "tháng 11/2026"
    assert Month(2026, 11).written("en") == "November 2026"


@pytest.mark.parametrize(
    ("code", "first", "last", "before", "written"),
    [
        ("2026-03-31", date(2026, 3, 31), date(2026, 3, 31), "2026-03-30", "ngày 31/03/2026"),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4), "2025-W52", "tuần 1/2026 (29/12–04/01)"),
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31), "2026-02", "tháng 3/2026"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2025-Q4", "quý I/2026"),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30), "2025-H2", "6 tháng đầu năm 2026"),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "2023", "năm 2024"),
        (
            *("2026-03-05_2026-03-06", date(2026, 3, 5), date(2026, 3, 6)),
            *("2026-03-03_2026-03-04", "từ 05/03/2026 đến 06/03/2026"),
        ),
    ],
)
def test_a_span_is_a_day_a_week_a_month_a_quarter_a_year_or_from_day_to_day(code, first, last, before, written):
    span = Span.parse(code)
    assert (str(span), span.first, span.last, str(span.before())) == (code, first, last, before)
    assert (span.written("vi"), (span.end - span.start).days) == (written, (last - first).days + 1)


@pytest.mark.parametrize(
    "code",
    [
        *("", "nay", "0000", "2026-13", "2026-02-30", "2026-W54", "2026-Q5", "2026-H3", "9999-Q4"),
        "2026-03-06_2026-03-05",
    ],
)
def test_what_is_no_span_is_refused(code):
    with pytest.raises(ValueError, match=r".+"):
        Span.parse(code)


def test_a_span_up_to_a_day_within_it_ends_there():
    year = Span.parse("2026")
    assert year.until(date(2026, 3, 31)) == Span.between(date(2026, 1, 1), date(2026, 3, 31))
    assert year.until(date(2027, 1, 1)) == year.until(date(2025, 1, 1)) == year
