import pytest

from units.texts.folding import fold, folded, same_marks, sort_key, typed_words, words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Đăng ký", "dang ky"), ("hoà", "hoa"), ("hòa", "hoa"), ("NGUYỄN", "nguyen"), ("ửớậ", "uoa"), ("ĐƯỜNG", "duong")],
)
def test_folding_takes_marks_case_and_the_crossed_d_away(typed: str, meant: str) -> None:
    assert fold(typed) == meant


def test_decomposed_and_composed_text_fold_alike() -> None:
    assert fold("e\u0302\u0301") == fold("ế") == "e"


def test_words_are_letters_and_digits_only() -> None:
    assert words("Mã 1.001193 – “khai sinh”; (bản sao)") == ["ma", "1", "001193", "khai", "sinh", "ban", "sao"]
    assert folded("Cấp, đổi", "sổ") == "cap doi so"


def test_typed_words_keep_their_marks_and_drop_what_has_no_letter() -> None:
    assert typed_words("  Sổ  ĐỎ! … ") == ["sổ", "đỏ"]


@pytest.mark.parametrize("typed", ["do", "đỏ", "ĐỎ"])
def test_a_word_without_marks_or_with_the_same_marks_may_stand_for_another(typed: str) -> None:
    assert same_marks(typed, "đỏ")


def test_other_marks_mean_another_word() -> None:
    assert not same_marks("đo", "đỏ")
    assert same_marks("hoà", "hòa")


def test_names_stand_in_the_order_of_the_vietnamese_alphabet() -> None:
    mixed = ["xây", "hộ", "an", "bá", "ăn", "đăng ký", "bà", "khai", "cấp", "hòa", "ân", "ưu", "chứng", "kết", "ơn"]
    assert " ".join(sorted(mixed, key=sort_key)) == "an ăn ân bà bá cấp chứng đăng ký hòa hộ kết khai ơn ưu xây"


def test_letters_decide_before_tones() -> None:
    assert sort_key("má an") < sort_key("mà ăn")
    assert sort_key("ba") < sort_key("bà") < sort_key("bả") < sort_key("bã") < sort_key("bá") < sort_key("bạ")
    assert sort_key("đa") > sort_key("dz")
