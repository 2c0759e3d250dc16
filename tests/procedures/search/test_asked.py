"""What people ask is answered; script/bench search prints the figures and the worst."""

import pytest

from procedures.search.find import find
from procedures.search.index import catalogue_index
from tests.procedures.conftest import TODAY
from tests.procedures.search.asked import quality, read_asked
from units.texts.folding import fold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def _listed(query: str) -> list[str]:
    index = catalogue_index(TODAY)
    found = find(query, {}, TODAY, index, loosely=True)
    return [row.ref for row in index.listed_as(found.ids or found.nearest)]


def test_nearly_every_question_it_was_tuned_on_is_answered_by_the_first_three() -> None:
    tuned, _held_out = read_asked()
    assert len(tuned) >= 150
    measured = quality(tuned, _listed)
    assert measured.recall(3) >= 0.97, measured.worst(10)
    assert measured.recall(1) >= 0.92


def test_most_questions_it_never_saw_are_answered_by_the_first_three() -> None:
    _tuned, held_out = read_asked()
    measured = quality(held_out, _listed)
    assert len(held_out) >= 100
    assert measured.recall(3) >= 0.92
    assert measured.mrr >= 0.86


def test_what_is_asked_without_marks_is_answered_nearly_as_well() -> None:
    tuned, held_out = read_asked()
    bare = quality([asked._replace(query=fold(asked.query)) for asked in (*tuned, *held_out)], _listed)
    assert bare.recall(3) >= 0.97
    assert bare.recall(1) >= 0.92
