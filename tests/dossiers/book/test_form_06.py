"""The yearly register of a desk: what it lists, as pages and as a workbook."""

import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from dossiers.book.files import COLUMNS, book_pdf, book_xlsx
from dossiers.book.form_06 import ROWS_PER_PART, book_rows, parts
from dossiers.clock.states import EventKind
from dossiers.models import Dossier, DossierEvent, DossierLeg, ReturnRecord
from tests.dossiers.slips.slip_samples import BOOK, BOOK_ROW, CODE, hanoi, pages_of, sizes_of
from tests.factories import make_applicant, make_offering, make_procedure, register


def _rows(count):
    return [replace(BOOK_ROW, number=number) for number in range(1, count + 1)]


def _cells(made):
    """The rows of the sheet that say something; numbers, texts and moments as they are stored."""
    rows = CalamineWorkbook.from_filelike(BytesIO(made)).get_sheet_by_index(0).to_python()
    return [row for row in rows if any(row)]


def test_the_printed_book_has_every_column_of_the_form():
    (page,) = pages_of(book_pdf(BOOK, [BOOK_ROW]))
    wanted = [
        "SỔ THEO DÕI HỒ SƠ Quyển số 2026",
        "Một cửa Đồng Thử",
        "STT Mã hồ sơ Tên thủ tục hành chính Số bộ Tên cá nhân, tổ chức Địa chỉ, số điện thoại "
        "Cơ quan chủ trì giải quyết Ghi chú",
        "Ngày, tháng, năm Trả kết quả",
        "Nhận hồ sơ Hẹn trả kết quả Chuyển hồ sơ Nhận kết quả Ngày trả Phương thức Ký nhận",
        "1 000.00.12.H26- 260302-0004 Đăng ký biến động 2 Nguyễn Thị Phượng Số 12, phố Bạch Đằng 0912345471 "
        "Phòng Đo đạc 10:32 02/03/2026 17:00 18/03/2026 15:00 02/03/2026 09:05 17/03/2026 08:45 19/03/2026 "
        "Nhận tại quầy Trần Văn Nam Hẹn lại 25/03/2026",
        "Có 1 hồ sơ, số thứ tự từ 1 đến 1. Khóa sổ lúc 17:00, 31/12/2026.",
        "Người lập sổ",
    ]
    assert [text for text in wanted if text not in page] == []


def test_the_printed_book_is_archivable_a4_across_with_its_head_on_every_numbered_page():
    made = book_pdf(BOOK, _rows(60))
    pages = pages_of(made)
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in made
    assert set(sizes_of(made)) == {(297, 210)}
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"Trang {number} / {len(pages)}" in page
        assert "Cơ quan chủ trì giải quyết" in page


def test_an_open_and_an_empty_book_say_so():
    (page,) = pages_of(book_pdf(replace(BOOK, closed_at=None), []))
    assert "Không có hồ sơ nào. Sổ chưa khóa; lập lúc 16:30, 31/12/2026." in page


@pytest.mark.parametrize(
    ("last", "numbers"),
    [
        (0, [(1, 0)]),
        (1, [(1, 1)]),
        (ROWS_PER_PART, [(1, ROWS_PER_PART)]),
        (ROWS_PER_PART + 1, [(1, ROWS_PER_PART), (ROWS_PER_PART + 1, ROWS_PER_PART + 1)]),
        (
            2 * ROWS_PER_PART + 5,
            [
                (1, ROWS_PER_PART),
                (ROWS_PER_PART + 1, 2 * ROWS_PER_PART),
                (2 * ROWS_PER_PART + 1, 2 * ROWS_PER_PART + 5),
            ],
        ),
    ],
)
def test_a_long_book_is_printed_in_parts(last, numbers):
    assert [(part.start, part.stop - 1) for part in parts(last)] == numbers


def test_more_rows_than_one_part_are_refused():
    with pytest.raises(ValueError, match=str(ROWS_PER_PART)):
        book_pdf(BOOK, (BOOK_ROW for _ in range(ROWS_PER_PART + 1)))


def test_the_workbook_has_a_column_for_everything_and_real_moments():
    rows = _cells(book_xlsx(BOOK, [BOOK_ROW, replace(BOOK_ROW, number=2, due_at=None, returned_at=None, method="")]))
    assert rows[0][0] == "Sổ theo dõi hồ sơ 2026, Một cửa Đồng Thử"
    assert rows[1] == [name for name, _ in COLUMNS]
    assert rows[2][:8] == [
        *(1, CODE, "Đăng ký biến động", 2, "Nguyễn Thị Phượng", "Số 12, phố Bạch Đằng", "0912345471", "Phòng Đo đạc")
    ]
    assert rows[2][8] == datetime(2026, 3, 2, 10, 32)  # noqa: DTZ001 (a spreadsheet knows no zone)
    assert rows[2][13:] == ["Nhận tại quầy", "Trần Văn Nam", "Hẹn lại 25/03/2026"]
    assert rows[3][9] == rows[3][12] == rows[3][13] == ""


@pytest.mark.parametrize("typed", ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)", "\t=1", "=1+1"])
def test_what_was_typed_is_never_a_formula(typed):
    made = book_xlsx(BOOK, [replace(BOOK_ROW, applicant=typed, address=typed, note=typed)])
    assert [_cells(made)[2][column] for column in (4, 5, 15)] == [typed] * 3
    with zipfile.ZipFile(BytesIO(made)) as file:
        sheet, styles = file.read("xl/worksheets/sheet1.xml").decode(), file.read("xl/styles.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert not any("_rels/sheet" in name for name in file.namelist())
    assert 'quotePrefix="1"' in styles


def test_a_zoneless_spreadsheet_shows_hanoi_time():
    utc = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # one in the morning of the next day
    cell = _cells(book_xlsx(BOOK, [replace(BOOK_ROW, received_at=utc)]))[2][8]
    assert cell == datetime(2026, 3, 3, 1, 0)  # noqa: DTZ001
    assert "01:00 03/03/2026" in pages_of(book_pdf(BOOK, [replace(BOOK_ROW, received_at=utc)]))[0]


def test_hostile_text_does_not_break_the_book():
    typed = "#panic() *x* $y$ [ \\ 😀 " + "w" * 200
    page = "".join(pages_of(book_pdf(BOOK, [replace(BOOK_ROW, applicant=typed, note=typed)])))
    assert re.sub(r"\s", "", page).count("#panic()*x*$y$[\\?" + "w" * 200) == 2
    assert _cells(book_xlsx(BOOK, [replace(BOOK_ROW, applicant=typed)]))[2][4] == typed


def test_the_book_lists_what_the_desk_took_in_that_year_in_order_of_number(city):
    offering = make_offering(make_procedure("Đăng ký thử"), city.ward)
    elsewhere = make_offering(make_procedure("Ở nơi khác"), city.other_ward)
    made = [
        register(
            offering, city.ward_desk, at=hanoi(2026, month, 2, 10), applicant=make_applicant(name=f"Người {month}")
        )
        for month in (1, 3, 4)
    ]
    register(offering, city.ward_desk, at=hanoi(2027, 1, 4, 10))
    register(elsewhere, city.other_desk, at=hanoi(2026, 1, 5, 10))
    rows = list(book_rows(city.ward_desk, 2026))
    assert [(row.number, row.code, row.applicant) for row in rows] == [
        (1, made[0].code, "Người 1"),
        (2, made[1].code, "Người 3"),
        (3, made[2].code, "Người 4"),
    ]
    assert [row.number for row in book_rows(city.ward_desk, 2026, range(2, 4))] == [2, 3]
    assert [row.number for row in book_rows(city.ward_desk, 2027)] == [1]
    assert (rows[0].procedure, rows[0].handler, rows[0].sets) == ("Đăng ký thử", city.ward.name, 1)
    assert rows[0].received_at == hanoi(2026, 1, 2, 10)


def test_a_row_tells_when_it_left_the_desk_and_how_it_came_back(city):
    offering = make_offering(make_procedure(), city.ward)
    made = register(offering, city.ward_desk, at=hanoi(2026, 3, 2, 10))
    DossierLeg.objects.filter(dossier=made).delete()
    for position, unit in enumerate([city.ward_desk, city.department, city.ward]):
        sent = hanoi(2026, 3, 2 + position, 10)
        DossierLeg.objects.create(dossier=made, position=position, unit=unit, hours=8, handed_over_at=sent)
    ReturnRecord.objects.create(dossier=made, receiver_name="Trần Văn Nam", method="post", at=hanoi(2026, 3, 9))
    DossierEvent.objects.create(  # without which no dossier may come to another desk
        dossier=made, number=99, kind=EventKind.CONTINUED, to_status=made.status, at=hanoi(2026, 3, 9), unit=city.ward
    )
    Dossier.objects.filter(pk=made.pk).update(
        supplements=1, new_due_at=hanoi(2026, 3, 25, 17), desk=city.other_desk, finished_at=None
    )
    with translation.override("en"):
        (row,) = book_rows(city.ward_desk, 2026)
    assert row.sent_at == hanoi(2026, 3, 3, 10)
    assert (row.method, row.receiver) == ("Qua bưu chính", "Trần Văn Nam")
    assert row.note == f"Yêu cầu bổ sung 1 lần; Hẹn lại 25/03/2026; Tiếp tục tại {city.other_desk.name}"


@pytest.mark.parametrize(
    ("outcome", "message"),
    [("withdrawn", "Rút hồ sơ"), ("stopped", "Dừng giải quyết"), ("declined", "Không đủ điều kiện giải quyết")],
)
def test_a_row_says_when_there_was_no_result(city, outcome, message):
    made = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=hanoi(2026, 3, 2, 10))
    Dossier.objects.filter(pk=made.pk).update(outcome=outcome, status=9, finished_at=hanoi(2026, 3, 3, 10))
    (row,) = book_rows(city.ward_desk, 2026)
    assert row.note == message


def test_a_book_is_read_with_two_queries_however_long(city, django_assert_num_queries):
    offering = make_offering(make_procedure(), city.ward)
    for hour in (9, 10, 11):
        register(offering, city.ward_desk, at=hanoi(2026, 3, 2, hour))
    with django_assert_num_queries(2):  # the rows, and whether the calendar is still the one that is known
        assert len(list(book_rows(city.ward_desk, 2026))) == 3
