"""The texts a procedure rests on: what their numbers give away."""

from collections import Counter

import pytest

from procedures.data_files import read_catalogue
from procedures.versions.legal_texts import misprinted, named_twice


@pytest.mark.parametrize(
    "number",
    [
        *("60/2014/QH13", "02/2011/QH13", "102/2016/QH13", "25/2008/QH12", "77/2006/QH11", "24/2000/QH10"),
        *("08/2017/QH14", "02/2020/UBTVQH14", "27/2005/PL-UBTVQH11", "06/2022/QH15", "72/2025/QH15", "80/2026/QH16"),
    ],
)
def test_a_number_that_fits_the_years_of_its_term_stands(number: str) -> None:
    assert list(misprinted([f"Luật số {number}"])) == []


@pytest.mark.parametrize(
    "number",
    ["60/2014/QH1360", "335/2013/QH13", "068/2020/QH14", "8/2017/QH14", "60/2014/QH15", "60/2014/QH", "60/2014/QH7"],
)
def test_a_number_that_no_act_can_have_is_named(number: str) -> None:
    assert list(misprinted(["Nghị định số 123/2015/NĐ-CP", f"Luật số {number}"])) == [number]


def test_a_text_that_is_named_twice_is_noticed() -> None:
    basis = ["Luật Hộ tịch số 60/2014/QH13", "Luật số 60/2014/QH13", "Thông tư số 04/2020/TT-BTP"]
    assert list(named_twice(basis)) == ["60/2014/QH13"]


def test_the_catalogue_as_delivered_names_every_text_once_and_with_a_number_it_can_have() -> None:
    wrong = Counter[str]()
    for record in read_catalogue().records:
        wrong.update([*misprinted(record["legal_basis"]), *named_twice(record["legal_basis"])])
    assert not wrong
