"""What a scanner types from an identity card is read, or refused for a reason that is said."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.intake.id_card import SENTENCES, Card, CardFault, CardUnread, read_card

TODAY = date(2026, 11, 26)
PARTS = (
    *("001187004521", "012345678", "NGUYỄN THỊ PHƯỢNG", "14081987", "Nữ"),
    *("Số 12 ngõ 281 phố Bạch Mai, Bạch Mai, Hai Bà Trưng, Hà Nội", "15042021"),
)
PHUONG = Card(
    number="001187004521",
    old_number="012345678",
    name="Nguyễn Thị Phượng",
    born_on=date(1987, 8, 14),
    is_male=False,
    address=PARTS[5],
    issued_on=date(2021, 4, 15),
)


def raw(**changes):
    """The read of a good card with some parts, by position, otherwise."""
    return "|".join(changes.get(f"p{n}", part) for n, part in enumerate(PARTS))


def fault_of(text):
    with pytest.raises(CardUnread) as unread:
        read_card(text, TODAY)
    assert unread.value.field == "card"
    assert unread.value.message == SENTENCES[unread.value.fault]
    return unread.value.fault


@pytest.mark.parametrize(
    "text",
    [
        raw(),
        raw(p3="14/08/1987", p6="15/04/2021"),
        raw() + "\r\n",
        "\ufeff" + raw() + "\t",
        raw() + "|CHA|MẸ|",
        raw().replace("|", " | "),
        unicodedata.normalize("NFD", raw()),
        raw(p0="００１１８７００４５２１"),
        raw(p2="NGUYỄN  THỊ\tPHƯỢNG"),
        raw(p2="Nguyễn Thị Phượng", p4="nữ"),
    ],
)
def test_a_card_is_read_however_the_scanner_writes_it(text):
    assert read_card(text, TODAY) == PHUONG


def test_an_old_number_may_be_missing_and_names_of_all_peoples_are_names():
    assert read_card(raw(p1=""), TODAY).old_number == ""
    for printed, shown in (
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("K’ WƠN", "K’ Wơn"),
        ("Y-BLOK ÊBAN", "Y-Blok Êban"),
        ("ĐỖ Ý", "Đỗ Ý"),
    ):
        assert read_card(raw(p2=printed), TODAY).name == shown


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", CardFault.BROKEN),
        ("001187004521|012345678|NGUYEN", CardFault.BROKEN),
        (raw().replace("|", "~"), CardFault.BROKEN),
        (raw(p0="00118704521"), CardFault.BROKEN),  # a digit eaten
        (raw(p0="0011870045211"), CardFault.NUMBER),  # thirteen digits
        (raw(p0="001187oo4521"), CardFault.BROKEN),
        (raw(p0="111111111111"), CardFault.BROKEN),
        (raw(p1="01234567"), CardFault.BROKEN),
        (raw(p2="NGUYỄ\u0301N THỊ PHƯỢNG"), CardFault.BROKEN),  # a tone typed twice
        (raw(p2="NGUYẼ̂N"), CardFault.BROKEN),
        (raw(p2="NGUYỄN THỊ PHƯỢÙNG"), CardFault.BROKEN),
        (raw(p2="NGUYE7N THI"), CardFault.BROKEN),
        (raw(p2="NGUY?N"), CardFault.BROKEN),
        (raw(p2=""), CardFault.BROKEN),
        (raw(p2="АННА"), CardFault.BROKEN),  # Cyrillic
        (raw(p3="1408198"), CardFault.BROKEN),
        (raw(p3="31021987"), CardFault.BROKEN),
        (raw(p3="14-08-1987"), CardFault.BROKEN),
        (raw(p4="N"), CardFault.BROKEN),
        (raw(p4="Nũ"), CardFault.BROKEN),
        (raw(p5=""), CardFault.BROKEN),
        (raw(p6=""), CardFault.BROKEN),
        (raw(p3="14081990"), CardFault.BIRTH),
        (raw(p3="14081887"), CardFault.BIRTH),
        (raw(p4="Nam"), CardFault.SEX),
        (raw(p0="001327004521", p3="14082027"), CardFault.FUTURE_BIRTH),
        (raw(p6="14081987"), CardFault.ISSUED),
        (raw(p6="27112026"), CardFault.ISSUED),
    ],
)
def test_what_no_card_can_say_is_refused_with_its_reason(text, fault):
    assert fault_of(text) is fault


@pytest.mark.parametrize(
    "text",
    [
        raw(p2="NGUYỄN\x00THỊ"),
        raw(p5="Số 12\x1b[2J"),
        raw(p5="<script>alert(1)</script>"),
        raw(p5="Số 12 \u202e phố"),
        raw(p5="Số\u200b12"),
        raw(p5="x" * 301),
        raw(p5="x" * 1_000_000),
        "|" * 10_000,
        "|" * 900,
        "1" * 999,
    ],
)
def test_hostile_reads_are_broken_reads(text):
    assert fault_of(text) is CardFault.BROKEN


@given(
    st.text(max_size=1200)
    | st.lists(st.sampled_from(["|", "\n", "14081987", "Nữ", "0", "Ễ", "\u0301", " "])).map("".join)
)
def test_no_text_whatever_does_more_than_be_refused(text):
    try:
        read_card(text, TODAY)
    except CardUnread:
        return
    assert text.count("|") >= 6


@given(st.integers(0, 6), st.text(max_size=40))
def test_no_part_whatever_does_more_than_be_refused(position, part):
    try:
        card = read_card(raw(**{f"p{position}": part}), TODAY)
    except CardUnread:
        return
    assert card.born_on < card.issued_on <= TODAY
    assert len(card.number) == 12


@given(
    born=st.dates(date(1900, 1, 1), TODAY - timedelta(days=1)),
    is_male=st.booleans(),
    tail=st.integers(0, 999_999),
    province=st.integers(1, 96),
    slashes=st.booleans(),
)
def test_every_citizen_with_a_card_can_be_read(born, is_male, tail, province, slashes):
    digit = (born.year - 1900) // 100 * 2 + (not is_male)
    number = f"{province:03}{digit}{born:%y}{tail:06}"
    as_day = "%d/%m/%Y" if slashes else "%d%m%Y"
    text = raw(p0=number, p3=f"{born:{as_day}}", p4="Nam" if is_male else "Nữ", p6=f"{TODAY:{as_day}}")
    card = read_card(text, TODAY)
    assert (card.number, card.born_on, card.is_male) == (number, born, is_male)
