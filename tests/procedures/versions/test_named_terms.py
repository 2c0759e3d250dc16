"""A text of a version never names another term than the version's own: a reader would believe the text."""

import json
from pathlib import Path
from typing import Any

import pytest

import procedures
from procedures.versions.checking import content_faults
from procedures.versions.content import empty_content
from procedures.versions.named_terms import named_terms, says_the_same
from units.clock.due_dates import Term, TermUnit

SHIPPED = Path(procedures.__file__).parent / "data" / "procedures.json"
WORKING_DAY, DAY, MONTH = TermUnit.WORKING_DAY, TermUnit.DAY, TermUnit.MONTH


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Trả kết quả trong 5 ngày làm việc", Term(5, WORKING_DAY)),
        ("Thời hạn giải quyết: 05 (năm) ngày làm việc", Term(5, WORKING_DAY)),
        ("Nhận kết quả chậm nhất sau ba ngày làm việc.", Term(3, WORKING_DAY)),
        ("Kiểm tra hồ sơ; giải quyết trong thời hạn hai mươi mốt ngày", Term(21, DAY)),
        ("15 ngày kể từ ngày nhận đủ hồ sơ hợp lệ", Term(15, DAY)),
        ("Thu phí, trả kết quả ngay trong ngày", Term(0, TermUnit.SAME_DAY)),
        ("GIẢI QUYẾT HỒ SƠ TRONG 1 THÁNG", Term(1, MONTH)),
    ],
)
def test_a_sentence_about_the_whole_procedure_names_its_term_in_digits_or_words(text: str, term: Term) -> None:
    assert {found.term for found in named_terms(text)} == {term}


@pytest.mark.parametrize(
    "text",
    [
        "Niêm yết công khai 15 ngày",
        "Trường hợp cần xác minh: 8 ngày kể từ ngày nhận đủ hồ sơ",
        "Nhận sau 15 giờ trả ngày làm việc tiếp theo",
        "Bổ sung hồ sơ trong 20 ngày",
        "Trả kết quả tại bộ phận một cửa",
    ],
)
def test_other_times_in_a_text_are_not_taken_for_the_term(text: str) -> None:
    assert list(named_terms(text)) == []


def test_a_note_on_the_term_names_it_by_a_bare_clause_and_exceptions_by_others() -> None:
    named = named_terms("05 ngày làm việc; phải xác minh không quá 10 ngày làm việc", holds_a_term=True)
    assert [found.term for found in named] == [Term(5, WORKING_DAY)]


def test_eight_working_hours_are_a_working_day_and_a_day_is_not() -> None:
    assert says_the_same(Term(8, TermUnit.WORKING_HOUR), Term(1, WORKING_DAY))
    assert not says_the_same(Term(1, DAY), Term(1, WORKING_DAY))


@pytest.mark.parametrize(
    ("expected", "field", "place"),
    [
        ({"steps": ["Nộp hồ sơ", "Trả kết quả trong 5 ngày làm việc"]}, "steps", "Trình tự, bước 2"),
        ({"term_note": "năm ngày làm việc"}, "term_note", "Ghi chú thời hạn"),
        ({"conditions": "Thời hạn giải quyết là 7 ngày"}, "conditions", "Yêu cầu, điều kiện"),
        ({"ways": [{"way": "desk", "term_text": "10 ngày", "fee_vnd": 0, "fee_note": ""}]}, "ways", "Cách nộp"),
    ],
)
def test_a_text_with_another_term_is_refused_with_its_place_and_words(
    expected: dict[str, Any], field: str, place: str
) -> None:
    content = empty_content() | {"term_amount": 3, "term_unit": "working_day"} | expected
    (message,) = [fault.message for fault in content_faults(content) if " khác thời hạn " in fault.message]
    assert [fault.field for fault in content_faults(content) if fault.message == message] == [field]
    assert message.startswith(place)
    assert message.endswith("khác thời hạn 3 ngày làm việc của thủ tục.")


def test_a_text_may_name_the_shorter_term_that_every_office_commits_to() -> None:
    committed = {"change": "all", "amount": 2, "unit": "working_day"}
    form = {"steps": ["Trả kết quả trong 2 ngày làm việc"], "committed": committed}
    content = empty_content() | {"term_amount": 3, "term_unit": "working_day"} | form
    assert not [fault for fault in content_faults(content) if " khác thời hạn " in fault.message]


def test_no_procedure_of_the_shipped_catalogue_contradicts_its_own_term() -> None:
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))["procedures"]
    found = [
        (row["ref"], named.words)
        for row in shipped
        if row["term_unit"]
        for text, holds in [(row["term_note"], True), *((step, False) for step in row["steps"])]
        for named in named_terms(text, holds_a_term=holds)
        if not says_the_same(named.term, Term(row["term_amount"], TermUnit(row["term_unit"])))
    ]
    assert found == []
