"""What a record of the national database says is read as it is meant, or refused with its field."""

import json
from typing import Any

import pytest

from procedures.national.reading import Rejected, content_from
from procedures.versions.content import Content, empty_content


def record(**given: Any) -> dict[str, Any]:
    return {"MATTHC": "1.001193", "TENTTHC": "Khai sinh", "CACHTHUCTHUCHIEN": [{"KENH": "Trực tiếp"}]} | given


def with_fee(*fees: dict[str, Any]) -> dict[str, Any]:
    return record(CACHTHUCTHUCHIEN={"KENH": "Trực tiếp", "THOIGIAN": {"PHILEPHI": list(fees)}})


def content_of_record(record: dict[str, Any]) -> Content:
    return content_from(record, empty_content())


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        (100000.0, 100_000),
        ("100000.0", 100_000),
        ("100000,00", 100_000),
        ("100.000", 100_000),
        ("100,000", 100_000),
        ("100 000", 100_000),
        ("100.000,00", 100_000),
        ("100,000.00", 100_000),
        ("1.000.000", 1_000_000),
        ("100.000 đồng", 100_000),
        (8000, 8_000),
        ("0", 0),
        (0.0, 0),
        ("miễn phí", 0),
        ("Không", 0),
        ("Miễn lệ phí", 0),
    ],
)
def test_an_amount_of_money_is_what_its_writer_meant(given: Any, amount: int) -> None:
    content = content_of_record(with_fee({"SOTIEN": given, "DONVI": "Đồng", "MOTA": "Lệ phí"}))
    assert (content["fee_vnd"], content["fee_note"]) == (amount, "Lệ phí")
    assert content["ways"][0]["fee_vnd"] == amount


@pytest.mark.parametrize(
    "given", [0.5, "0.5", "0,500", 1.5, 100.125, "100.50", "1.00.000", "-5", -5, -5.0, "–5", 10**12, "1.5.000,5"]
)
def test_a_fraction_a_negative_number_and_what_is_no_amount_are_refused_with_their_field(given: Any) -> None:
    with pytest.raises(Rejected, match=r"SOTIEN.*không phải số tiền dùng được"):
        content_of_record(with_fee({"SOTIEN": given, "DONVI": "Đồng"}))


def test_words_and_other_money_stay_words_and_never_get_a_unit_they_do_not_have() -> None:
    one = content_of_record(with_fee({"SOTIEN": "theo quy định của tỉnh", "DONVI": "Đồng"}))
    assert (one["fee_vnd"], one["fee_note"]) == (None, "theo quy định của tỉnh")
    other = content_of_record(with_fee({"SOTIEN": "5", "DONVI": "USD"}))
    assert (other["fee_vnd"], other["fee_note"]) == (None, "5 USD")
    several = content_of_record(
        with_fee(
            {"SOTIEN": 8000.0, "DONVI": "Đồng", "MOTA": "Bản đầu"},
            {"SOTIEN": "miễn phí", "DONVI": "Đồng", "MOTA": "Người nghèo"},
        )
    )
    assert (several["fee_vnd"], several["fee_note"]) == (None, "Bản đầu 8.000 Đồng; Người nghèo miễn phí")


def test_our_own_column_of_the_fee_is_read_the_same_way() -> None:
    assert content_of_record(record(PHICHUNG="100.000"))["fee_vnd"] == 100_000
    assert content_of_record(record(PHICHUNG=""))["fee_vnd"] is None
    for given in ("0.5", "-5", 2**40, "nhiều"):
        with pytest.raises(Rejected, match="PHICHUNG"):
            content_of_record(record(PHICHUNG=given))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("DONVITHOIHAN", {"THOIHAN": "5", "DONVITHOIHAN": "xyz"}),
        ("THOIHAN", {"THOIHAN": "-5", "DONVITHOIHAN": "day"}),
        ("THOIHAN", {"THOIHAN": "99999", "DONVITHOIHAN": "day"}),
        ("THOIHAN", {"THOIHAN": "3", "DONVITHOIHAN": "same_day"}),
        ("MUCTRUCTUYEN", {"MUCTRUCTUYEN": "abc"}),
        ("GIOCHOT", {"GIOCHOT": "25:00"}),
        ("TENTTHC", {"TENTTHC": "Khai \ud800 sinh"}),
        ("YEUCAU", {"YEUCAU": float("nan")}),
    ],
)
def test_what_the_catalogue_has_no_value_for_is_refused_with_its_field(name: str, given: dict[str, Any]) -> None:
    with pytest.raises(Rejected, match=name):
        content_of_record(record(**given))


def test_lines_end_one_way() -> None:
    assert content_of_record(record(YEUCAU="Một\r\nhai\rba"))["conditions"] == "Một\nhai\nba"
    assert content_of_record(json.loads(json.dumps(record(YEUCAU="Một\r\nhai"))))["conditions"] == "Một\nhai"
