"""Every day between receipt and due date is told once, with the reason when it does not count."""

from tests.units.seed import CALENDAR, at, days, working_days
from units.clock.due_dates import Term, TermUnit, due_date
from units.texts.explanation import day_lines, passed_over, rule_in_words


def test_a_working_day_term_lists_counted_and_skipped_days_in_order():
    due = due_date(at("2026-02-13 16:45"), working_days(5), CALENDAR)
    lines = day_lines(due)
    assert [line.day.day for line in lines] == list(range(14, 28))
    assert [line.number for line in lines if line.number] == [1, 2, 3, 4, 5]
    assert all(line.reason and line.source for line in lines if line.number is None)


def test_the_last_day_of_a_calendar_term_that_is_off_is_told_once_as_counted_and_off():
    """Thirty days from 20 January end on the third day of Tet and give way to 23 February."""
    due = due_date(at("2026-01-20"), days(30), CALENDAR)
    lines = {line.day: line for line in day_lines(due)}
    assert len(lines) == len(day_lines(due)) == 33
    last = lines[due.counted[-1]]
    assert last.number == 30
    assert last.reason == "Mùng ba Tết Nguyên Đán"
    assert [off.day.day for off in passed_over(due)] == [20, 21, 22]


def test_what_came_in_on_a_day_off_is_not_called_late():
    same_day = Term(0, TermUnit.SAME_DAY)
    on_a_day_off = due_date(at("2026-11-24 08:00"), same_day, CALENDAR)
    after_the_hour = due_date(at("2026-11-25 15:30"), same_day, CALENDAR)
    assert "ngày nghỉ" in rule_in_words(on_a_day_off)
    assert "sau giờ chốt" in rule_in_words(after_the_hour)
