"""What offices type in Vietnamese is said in English where it has a usual form, and marked as Vietnamese elsewhere."""

import pytest
from django.template import engines
from django.utils import translation

from units.texts.phrases import in_english


@pytest.mark.parametrize(
    ("typed", "english"),
    [
        ("Thứ Hai – Thứ Sáu: 8:00–12:00, 13:00–17:00", "Monday to Friday: 8:00–12:00, 13:00–17:00"),
        ("Thứ Hai – Thứ Sáu: 7:30–11:30; Thứ Bảy: 8:00–12:00", "Monday to Friday: 7:30–11:30; Saturday: 8:00–12:00"),
        ("Trong ngày", "Same day"),
        (
            "05 ngày làm việc; phải xác minh không quá 25 ngày",
            "5 working days; up to 25 days where facts must be verified",
        ),
        ("theo Nghị quyết của HĐND cấp tỉnh", "set by the provincial People’s Council"),
        ("70.000 đồng/giấy chứng nhận", "70,000 VND per certificate"),
        (
            "2.000 đồng/trang, từ trang thứ ba 1.000 đồng/trang",
            "2,000 VND per page, 1,000 VND per page from the third page on",
        ),
        ("Nghỉ bù Quốc khánh", "Day off in lieu of National Day"),
        ("Nghỉ hoán đổi, làm bù Thứ Bảy 04/02/2012", "Day off in exchange for Saturday, 4 February 2012"),
        ("làm bù cho Thứ Bảy 31/02/2012", "worked in exchange for Saturday, 31/02/2012"),
    ],
)
def test_a_usual_form_is_shown_in_english_with_its_numbers_hours_and_days(typed: str, english: str) -> None:
    assert in_english(typed) == english


def test_one_day_is_not_several() -> None:
    assert in_english("1 ngày làm việc") == "1 working day"
    assert in_english("21 ngày") == "21 days"


@pytest.mark.parametrize("typed", ["", " ", "Gọi trước khi đến", "Trong ngày; gọi trước khi đến", "Thứ Hai – Thứ Sáu"])
def test_what_has_a_part_in_no_known_form_is_not_translated_by_halves(typed: str) -> None:
    assert in_english(typed) == ""


def test_on_a_page_it_is_vietnamese_english_or_marked_as_vietnamese() -> None:
    assert shown("Trong ngày", "vi") == "Trong ngày"
    assert shown("Trong ngày", "en") == "Same day"
    assert shown("Gọi <trước>", "en") == '<span lang="vi">Gọi &lt;trước&gt;</span>'


def shown(typed: str, language: str) -> str:
    with translation.override(language):
        return engines["django"].from_string("{% load portal_ui %}{{ typed|translated }}").render({"typed": typed})
