import itertools

import pytest
from django.db import connection
from django.utils.translation import override

from procedures.terms import fits, process_hours
from procedures.versions.process_plan import plan
from units.clock.due_dates import Term, TermUnit
from units.texts.explanation import term_in_words

UNITS = [unit for unit in TermUnit if unit is not TermUnit.SAME_DAY]
TERMS = [Term(0, TermUnit.SAME_DAY)] + [Term(n, unit) for unit in UNITS for n in (0, 1, 2, 3, 5, 8, 21, 28, 31, 40)]


@pytest.mark.parametrize(
    ("committed", "statutory", "allowed"),
    [
        (Term(0, TermUnit.SAME_DAY), Term(5, TermUnit.WORKING_DAY), True),
        (Term(5, TermUnit.WORKING_DAY), Term(5, TermUnit.WORKING_DAY), True),
        (Term(6, TermUnit.WORKING_DAY), Term(5, TermUnit.WORKING_DAY), False),
        (Term(8, TermUnit.WORKING_HOUR), Term(1, TermUnit.WORKING_DAY), True),
        (Term(9, TermUnit.WORKING_HOUR), Term(1, TermUnit.WORKING_DAY), False),
        (Term(1, TermUnit.WORKING_HOUR), Term(0, TermUnit.SAME_DAY), False),
        (Term(14, TermUnit.WORKING_DAY), Term(20, TermUnit.DAY), True),
        (Term(15, TermUnit.WORKING_DAY), Term(20, TermUnit.DAY), False),
        (Term(3, TermUnit.DAY), Term(3, TermUnit.WORKING_DAY), True),
        (Term(31, TermUnit.DAY), Term(1, TermUnit.MONTH), False),
        (Term(1, TermUnit.MONTH), Term(31, TermUnit.DAY), True),
    ],
)
def test_a_promise_fits_when_it_is_never_longer_than_the_law(committed: Term, statutory: Term, allowed: bool) -> None:
    assert fits(committed, statutory) is allowed


@pytest.mark.django_db
def test_the_database_and_the_code_compare_terms_alike() -> None:
    pairs = list(itertools.product(TERMS, TERMS))
    with connection.cursor() as cursor:
        for committed, statutory in pairs:
            cursor.execute(
                "SELECT procedures_term_fits(%s, %s, %s, %s), procedures_term_hours(%s, %s)",
                [committed.amount, committed.unit, statutory.amount, statutory.unit, statutory.amount, statutory.unit],
            )
            assert cursor.fetchone() == (fits(committed, statutory), process_hours(statutory))


@pytest.mark.parametrize("term", [Term(0, TermUnit.SAME_DAY), *(Term(n, TermUnit.WORKING_DAY) for n in range(1, 64))])
def test_a_planned_process_shares_out_exactly_the_term(term: Term) -> None:
    steps = plan(term)
    assert sum(step.hours for step in steps) == process_hours(term)
    assert min(step.hours for step in steps) >= 1


def test_nothing_is_planned_where_the_law_gives_no_term() -> None:
    assert plan(None) == []


def test_terms_are_shown_in_vietnamese() -> None:
    with override("vi"):
        assert term_in_words(Term(3, TermUnit.WORKING_DAY)) == "3 ngày làm việc"
        assert term_in_words(Term(0, TermUnit.SAME_DAY)) == "trong ngày"
        assert term_in_words(Term(2, TermUnit.MONTH)) == "2 tháng"
