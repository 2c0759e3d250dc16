"""Periods, tables and scores of the official reports, without any database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reporting.definitions.periods import MONTHS_IN, Span, offered_periods
from reporting.reports.document import Column, Report, Table, changes, from_content
from reporting.reports.score import Points, score_result, scoring
from tests.factories import hanoi

NOW = hanoi(2026, 11, 25, 10)


@pytest.mark.parametrize(
    ("code", "first", "last", "words"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30), "Tháng 11 năm 2026"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "Tháng 2 năm 2024"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), "Quý III năm 2026"),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), "6 tháng cuối năm 2026"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "Năm 2026"),
        ("2026-01-15_2026-02-14", date(2026, 1, 15), date(2026, 2, 14), "Từ ngày 15/01/2026 đến ngày 14/02/2026"),
        ("2026-02-01_2026-04-30", date(2026, 2, 1), date(2026, 4, 30), "Từ ngày 01/02/2026 đến ngày 30/04/2026"),
    ],
)
def test_days_have_one_code_and_one_official_name(code, first, last, words):
    span = Span.named(first, last)
    assert (Span.parse(code), str(span), span.official) == (span, code, words)


def test_a_period_is_over_when_its_last_day_has_passed_in_hanoi():
    november = Span.parse("2026-11")
    assert not november.is_over(hanoi(2026, 11, 30, 23, 59))
    assert november.is_over(hanoi(2026, 12, 1, 0))


def test_reports_are_offered_of_the_months_quarters_halves_and_years_that_have_begun():
    assert [str(offered_periods(NOW, sort, years=1)[0]) for sort in MONTHS_IN] == [
        "2026-11",
        "2026-Q4",
        "2026-H2",
        "2026",
    ]
    assert [str(span) for span in offered_periods(NOW, *MONTHS_IN, years=1)][-3:] == ["2026-H2", "2026-H1", "2026"]


def table(*rows, total=None):
    columns = [Column("TT", number="(1)"), Column("Lĩnh vực", number="(2)")]
    columns += [
        Column("Tổng số", group="Tiếp nhận", number="(3)"),
        Column("Qua mạng", group="Tiếp nhận", number="(4)"),
    ]
    return Table("Bảng", columns, rows, total=total)


def report(*rows, **fields):
    return Report("Biểu", "Tên", "Kỳ", "Đơn vị", [table(*rows, **fields)])


def test_a_head_of_two_rows_says_over_which_columns_each_cell_stands():
    heads = [[(head.text, head.columns, head.rows) for head in row] for row in table().heads]
    assert heads[0] == [("TT", 1, 2), ("Lĩnh vực", 1, 2), ("Tiếp nhận", 2, 1)]
    assert heads[1] == [("Tổng số", 1, 1), ("Qua mạng", 1, 1)]
    assert [text for text, _, _ in heads[2]] == ["(1)", "(2)", "(3)", "(4)"]


def test_a_report_comes_back_from_what_is_kept_of_it_and_another_says_cell_by_cell_what_changed():
    signed = report([1, "Hộ tịch", 1200, 0.5], [2, "Đất đai", 3, None], total=["", "Cộng", 1203, 0.5])
    assert from_content(signed.content) == from_content(from_content(signed.content).content)
    assert from_content(signed.content).fingerprint == signed.fingerprint
    now = report([1, "Hộ tịch", 1201, 0.5], [2, "Nhà ở", 3, None], total=["", "Cộng", 1204, 0.5])
    assert now.fingerprint != signed.fingerprint
    found = [(one.row, one.column, *one.texts) for one in changes(signed, now)]
    assert found == [
        ("Hộ tịch", "Tiếp nhận: Tổng số", "1.200", "1.201"),
        ("Nhà ở", "Tiếp nhận: Tổng số", "—", "3"),
        ("Cộng", "Tiếp nhận: Tổng số", "1.203", "1.204"),
        ("Đất đai", "Tiếp nhận: Tổng số", "3", "—"),
    ]
    assert changes(signed, signed) == []


def test_an_indicator_is_the_sum_of_its_points_over_the_dossiers_to_one_decimal():
    assert Points(3, 1, 1).score == Decimal("1.4")
    assert Points(13, 0, 7).score == Decimal("1.3")
    assert Points(1, 0, 39).score == Decimal("0.1")  # 0.05 is rounded up
    assert Points().score is None


def test_a_grade_is_told_only_where_every_score_of_what_was_not_measured_gives_it():
    """Six points are not measured for a unit at all: at best it has them all, at worst none."""
    rules = scoring()
    best = dict.fromkeys(("whole_time", "own_time", "supplements"), Points(10))
    unit = score_result(best, rules.indicators, rules.units, rules.most)
    assert (unit.reached, unit.reachable, unit.possible) == (6, 6, 18)
    assert unit.grade == "Từ “Trung bình” đến “Xuất sắc”"
    officer = score_result(best, rules.for_officers(), rules.officers, rules.most)
    assert (officer.reached, officer.possible, officer.grade) == (6, 10, "Hoàn thành 100% nhiệm vụ")
    fair = score_result(best | {"own_time": Points(0, 4, 6)}, rules.for_officers(), rules.officers, rules.most)
    assert (fair.reached, fair.grade) == (
        Decimal("4.4"),
        "Từ “Hoàn thành từ 70% đến dưới 100%” đến “Hoàn thành 100% nhiệm vụ”",
    )
    measured = [replace(one, measure="own_time") for one in rules.indicators]
    for points, grade in (
        (Points(10, 0, 2), "Xuất sắc"),  # 1.7 × 9 = 15.3
        (Points(7, 0, 3), "Tốt"),  # 12.6
        (Points(1, 0, 1), "Khá"),  # 9.0
        (Points(7, 0, 13), "Trung bình"),  # 6.3
        (Points(3, 0, 7), "Yếu"),  # 5.4
    ):
        assert score_result({"own_time": points}, measured, rules.units, rules.most).grade == grade
    assert [(least, name) for least, name in rules.officers.steps][1][0] == Decimal("3.5")
