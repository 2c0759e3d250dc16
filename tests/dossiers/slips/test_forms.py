"""Every slip as a citizen or an officer reads it: text taken back out of the PDF."""

import json
import re
import resource
from pathlib import Path

import pytest
from barcode import Code128
from django.utils import translation

from dossiers.models import Slip
from dossiers.slips.codes import QUIET, bars
from dossiers.slips.heading import slip_number
from dossiers.slips.issued import issued_pdf
from dossiers.slips.notices import supplement_data
from dossiers.slips.pdf import (
    PAGES,
    Form,
    as_copy,
    as_draft,
    as_replaced,
    batch_pdf,
    slip_pdf,
)
from dossiers.slips.travelling import leg_result
from tests.dossiers.slips.slip_samples import (
    ADDRESS,
    CODE,
    CONTACT,
    DEPARTMENT,
    DESK,
    DISTRICT,
    ISSUE,
    SAMPLES,
    WARD,
    control,
    dossier,
    handover,
    hanoi,
    leg,
    pages_of,
    receipt,
    sizes_of,
    supplement_request,
)
from units.texts.characters import BREAK, PRINTABLE, printable

EVERYWHERE = [
    "ỦY BAN QUẬN THỬ ỦY BAN PHƯỜNG ĐỒNG THỬ Một cửa Đồng Thử",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
    "Đồng Thử, ngày",
    "tháng 3 năm 2026",
    "Trang 1 / 1",
]
PARTY = [
    CODE,
    "Nguyễn Thị Phượng",
    "Số căn cước hoặc mã số thuế: 001187004521",
    "Địa chỉ: Số 12, phố Bạch Đằng",
    "Số điện thoại: 0912345471",
    "Thư điện tử: phuong@example.vn",
    "Nội dung yêu cầu giải quyết: Đăng ký biến động đất đai",
]
PRINTED = {
    Form.RECEIPT: [
        *PARTY,
        "Số: 12/PTN-ĐT",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "STT Tên giấy tờ Bản chính Bản sao Số lượng 1 Đơn đăng ký biến động 1 1 2 Căn cước 2 2",
        "Số bộ hồ sơ: 2",
        "Thời gian giải quyết theo quy định: Theo thỏa thuận",
        "Thời gian nhận hồ sơ: 10:32 Thứ Hai, 02/03/2026",
        "Thời gian trả kết quả 17:00 Thứ Tư, 18/03/2026",
        "Nhận kết quả: Tại quầy này · Một cửa Đồng Thử",
        "Phí, lệ phí: 100.000 đồng, thu khi trả kết quả",
        "Vào Sổ theo dõi hồ sơ: quyển số 2026, số thứ tự 1234",
        "K7PM2",
        "Cần hỏi, xin gọi: 024 3000 0000",
        "Người nộp hồ sơ (Ký, ghi rõ họ tên) Nguyễn Thị Phượng Người tiếp nhận hồ sơ (Ký, ghi rõ họ tên) Trần Thu Hà",
    ],
    Form.SUPPLEMENT: [
        *PARTY,
        "Số: 12/PBS-ĐT",
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "Đã tiếp nhận: 10:32 Thứ Hai, 02/03/2026",
        "Bản chính Bản chứng thực Bản photo 1 Giấy chứng nhận đã cấp Trang ba bị mờ. X",
        "2 Hợp đồng chuyển nhượng X 3 Căn cước bên nhận X",
        "Lý do: • Thiếu giấy tờ • Thông tin không khớp giữa các giấy tờ",
        "Diện tích hai giấy khác nhau.",
        "Căn cứ: Điều 7 Nghị định thử",
        "Nộp bổ sung trước: 17:00 Thứ Sáu, 03/04/2026",
        "thời hạn giải quyết được tính lại từ đầu",
        "xin liên hệ Trần Thu Hà, số điện thoại 024 3971 0001",
        "Người hướng dẫn (Ký, ghi rõ họ tên) Trần Thu Hà",
    ],
    Form.REFUSAL: [
        *PARTY,
        "Số: 12/PTC-ĐT",
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "Ngày nộp: 10:00 Thứ Hai, 02/03/2026",
        "lý do cụ thể như sau: Thửa đất đang có tranh chấp tại tòa.",
        "Căn cứ pháp lý: Khoản 1 Điều 188 Luật thử",
        "Giấy tờ trả lại: Ba giấy tờ đã nộp",
        "xin liên hệ Trần Thu Hà, số điện thoại 024 3971 0001.",
        "Người nộp hồ sơ (Ký, ghi rõ họ tên) Nguyễn Thị Phượng Người tiếp nhận hồ sơ (Ký, ghi rõ họ tên) Trần Thu Hà",
    ],
    Form.APOLOGY: [
        CODE,
        "Số: 12/PXL-ĐT",
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
        "Kính gửi: Nguyễn Thị Phượng",
        "Thời gian nhận hồ sơ: 10:32 Thứ Hai, 02/03/2026",
        "Nội dung yêu cầu giải quyết: Đăng ký biến động đất đai",
        "Thời gian hẹn trả kết quả: 17:00 Thứ Tư, 18/03/2026",
        "Cơ quan, đơn vị chịu trách nhiệm: Phòng Đo đạc",
        "Nguyên nhân: Thẩm tra, xác minh kéo dài",
        "Lý do: Kết quả đo đạc gửi về chậm.",
        "Thời gian trả kết quả mới 17:00 Thứ Tư, 25/03/2026 Nơi trả: Một cửa Đồng Thử",
        "CHỦ TỊCH (Ký, ghi rõ họ tên, đóng dấu) Lê Văn Hùng",
        "Nơi nhận: - Như trên; - Phòng Đo đạc; - Lưu.",
    ],
    Form.STOP: [
        *PARTY,
        "Số: 12/TBD-ĐT",
        "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
        "Người đề nghị hoặc quyết định: Tòa án thử",
        "Văn bản: Quyết định số 45",
        "Hồ sơ đang ở bước: Thẩm định",
        "Lý do: Có đơn ngăn chặn giao dịch.",
        "thông báo tạm dừng giải quyết hồ sơ nêu trên từ 09:00 Thứ Sáu, 06/03/2026",
        "Phí, lệ phí và nghĩa vụ tài chính: Lệ phí đã nộp được giữ lại.",
        "Giấy tờ trả lại: Một bản chính",
        "CHỦ TỊCH (Ký, ghi rõ họ tên, đóng dấu) Lê Văn Hùng",
    ],
    Form.CONTROL: [
        CODE,
        "Số: 12/PKS-ĐT",
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "Chủ hồ sơ: Nguyễn Thị Phượng Số điện thoại: 0912345471",
        "Nội dung yêu cầu giải quyết: Đăng ký biến động đất đai",
        "Ngày nhận: 10:32, 02/03/2026 Hẹn trả: 17:00, 18/03/2026 Đã hẹn lại: 17:00, 25/03/2026",
        "1 Một cửa Đồng Thử Tiếp nhận 10:32, 02/03/2026 Người giao: Nguyễn Thị Phượng 10:32, 02/03/2026 "
        "Người nhận: Trần Thu Hà 17:00, 02/03/2026 xong 15:00, 02/03/2026 Đúng hạn",
        "2 Phòng Đo đạc Thẩm định 15:00, 02/03/2026 Người giao: Trần Thu Hà 16:05, 02/03/2026 "
        "Người nhận: Phạm Quốc Bảo 17:00, 12/03/2026 xong 09:00, 13/03/2026 Quá hạn Thẩm tra, xác minh kéo dài",
        "3 Ủy ban Phường Đồng Thử Ký kết quả 09:00, 13/03/2026 Người giao: Phạm Quốc Bảo 09:30, 13/03/2026 "
        "Người nhận: Đỗ Minh Anh 17:00, 17/03/2026 4 Một cửa Đồng Thử Trả kết quả 17:00, 18/03/2026 Người lập",
    ],
    Form.HANDOVER: [
        "Số: 12/PBG-ĐT",
        "PHIẾU BÀN GIAO HỒ SƠ",
        "Bên giao: Một cửa Đồng Thử, Ủy ban Phường Đồng Thử",
        "Bên nhận: Phòng Đo đạc",
        "Thời gian giao: 09:15 Thứ Sáu, 06/03/2026 Số hồ sơ: 3",
        "1 000.00.12.H26-260302-0001 Người nộp 1 Đăng ký biến động 1 17:00, 18/03/2026",
        "3 000.00.12.H26-260302-0003",
        "Ghi chú: Kèm bản gốc.",
        "Người giao (Ký, ghi rõ họ tên) Trần Thu Hà Người nhận (Ký, ghi rõ họ tên) Phạm Quốc Bảo",
    ],
}
HOSTILE = '#panic() *đậm* $x$ [a] \\ <b> @c `d` "e" // 😀 \u202eRTL\u202c \x07 עברית 漢字'
HOSTILE_SHOWN = '#panic() *đậm* $x$ [a] \\ <b> @c `d` "e" // ? RTL'

forms = pytest.mark.parametrize("form", list(Form))


@forms
def test_a_slip_says_everything_that_its_form_asks_for(form):
    (page,) = pages_of(slip_pdf(form, SAMPLES[form]()))
    assert [text for text in [*EVERYWHERE, *PRINTED[form]] if text not in page] == []


@forms
def test_a_slip_is_archivable_and_of_size_a5(form):
    made = slip_pdf(form, SAMPLES[form]())
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in made
    assert {tuple(sorted(size)) for size in sizes_of(made)} == {(148, 210)}


@forms
def test_what_is_kept_of_a_slip_prints_the_same_paper_again(form):
    data = SAMPLES[form]()
    stored = json.loads(json.dumps(data))
    assert stored == data
    assert pages_of(slip_pdf(form, stored)) == pages_of(slip_pdf(form, data))


@forms
def test_a_slip_is_vietnamese_whatever_language_the_page_was_in(form):
    shown = SAMPLES[form]()
    with translation.override("en"):
        assert SAMPLES[form]() == shown
        assert pages_of(slip_pdf(form, shown)) == pages_of(slip_pdf(form, shown))
        assert "Trang 1 / 1" in pages_of(slip_pdf(form, shown))[0]


@forms
def test_nothing_that_was_typed_acts_or_breaks_the_page(form):
    if form is Form.HANDOVER:
        data = handover() | {"note": HOSTILE}
    else:
        data = SAMPLES[form](dossier(applicant_name=HOSTILE, applicant_address=HOSTILE * 3))
    assert HOSTILE_SHOWN in " ".join(pages_of(slip_pdf(form, data)))


@forms
def test_a_slip_without_its_optional_fields_has_no_empty_labels(form):
    if form is Form.HANDOVER:
        data = handover() | {"note": "", "taker": ""}
    else:
        data = SAMPLES[form](
            dossier(applicant_id="", applicant_address="", applicant_phone="", applicant_email="", received_at=None)
            if form not in {Form.RECEIPT, Form.CONTROL}
            else dossier(
                applicant_id="", applicant_address="", applicant_phone="", applicant_email="", book_number=None
            )
        )
    (page,) = pages_of(slip_pdf(form, data))
    labels = ["Địa chỉ:", "Thư điện tử:", "Số căn cước", "Đã tiếp nhận:", "Vào Sổ"]
    assert [label for label in labels if label in page] == []


def test_forty_papers_run_on_over_numbered_pages_under_the_same_head():
    data = receipt()
    data["documents"] = [{"name": f"Giấy tờ {n}", "originals": "1", "copies": "", "number": "1"} for n in range(1, 41)]
    pages = pages_of(slip_pdf(Form.RECEIPT, data))
    assert len(pages) > 1
    assert [f"Trang {n} / {len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert "STT Tên giấy tờ" in pages[1]
    assert all(f"Giấy tờ {n} " in " ".join(pages) for n in range(1, 41))


def test_overlong_words_stay_on_the_paper():
    data = receipt(dossier(applicant_name="N" * 200, applicant_address="đ" * 300))
    (page,) = pages_of(slip_pdf(Form.RECEIPT, data))
    assert page.replace(" ", "").count("N" * 200) == 2
    assert "đ" * 300 in page.replace(" ", "")


def test_every_letter_held_to_be_printable_is_in_every_style_of_the_typeface():
    ranges = re.findall(r"(.)-(.)", PRINTABLE)
    letters = " ".join(chr(point) for first, last in ranges for point in range(ord(first), ord(last) + 1))
    assert printable(letters) == letters
    data = receipt() | {"applicant": letters, "request": letters}  # in strong, in medium
    data["documents"] = [{"name": letters, "originals": "", "copies": "", "number": ""}]  # in regular
    slip_pdf(Form.RECEIPT, data)
    slip_pdf(Form.RECEIPT, data | {"place_and_date": letters})  # in italics


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Nguye\u0302\u0303n Thị Ẵng", "Nguyễn Thị Ẵng"),
        ("１２ ǎ ﬁ", "12 a fi"),
        ("0123456789abcdef" * 4, "0123456789abcdef" * 4),
        ("a\r\nb\tc", "a\nb c"),
        ("\uf0b7 a → b\u2011c ■", "• a -> b-c •"),
        ("\u202eABC\u200f\ufeff\x00\ud800", "ABC"),
        ("👨‍👩‍👧 漢字", "??? ??"),
        ("x" * 31, "x" * 30 + BREAK + "x"),
        ("https://motcua.example/" + "y" * 40, "https://motcua.example/" + "y" * 40),
        ("000.00.12.H26.000.00.12.H26-260302-0004", "000.00.12.H26.000.00.12.H26-260302-0004"),
    ],
)
def test_what_the_typeface_lacks_is_written_otherwise(typed, shown):
    assert printable({"rows": [typed], "day": [1]}) == {"rows": [shown], "day": [1]}


def test_the_bars_are_those_of_code_128_with_quiet_zones():
    drawn = bars(CODE)
    line = ["0"] * drawn["modules"]
    for start, width in re.findall(r"M(\d+) 0h(\d+)", drawn["svg"]):
        line[int(start) : int(start) + int(width)] = "1" * int(width)
    assert "".join(line) == "0" * QUIET + Code128(CODE).build()[0] + "0" * QUIET


def test_slips_of_a_batch_follow_each_other_each_with_its_own_page_numbers():
    long = receipt() | {"documents": [{"name": "Tờ", "originals": "1", "copies": "", "number": "1"}] * 60}
    pages = pages_of(batch_pdf([(Form.RECEIPT, long), (Form.CONTROL, control()), (Form.HANDOVER, handover())]))
    own = len(pages_of(slip_pdf(Form.RECEIPT, long)))
    assert own > 1
    numbers = [re.search(r"Trang (\d+) / (\d+)$", page).groups() for page in pages]
    assert numbers == [*((str(n), str(own)) for n in range(1, own + 1)), ("1", "1"), ("1", "1")]


def test_a_batch_of_nothing_or_of_an_unknown_form_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        batch_pdf([])
    with pytest.raises(ValueError, match="poem"):
        slip_pdf("poem", receipt())


def test_slips_of_every_form_are_one_file_in_the_order_given():
    slips = [(form, SAMPLES[form]() | {"place_and_date": f"Ngày {n}"}) for n in range(3) for form in Form]
    assert len(sizes_of(batch_pdf(slips))) == len(slips)


def test_large_files_one_after_another_do_not_fill_the_memory():
    sizes = []
    for n in range(6):
        batch_pdf([(Form.RECEIPT, receipt() | {"applicant": f"Người {n}", "request": f"Việc {m}"}) for m in range(40)])
        sizes.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize())
    assert sizes[-1] - sizes[1] < 40_000_000


def test_a_copy_a_replaced_slip_and_a_draft_say_so():
    again = as_copy(receipt(), hanoi(2026, 11, 24, 10, 5))
    assert "BẢN IN LẠI lúc 10:05, 24/11/2026" in _page(again)
    both = as_replaced(again, "phiên bản 2")
    assert "BẢN IN LẠI lúc 10:05, 24/11/2026 ĐÃ THAY THẾ bằng phiên bản 2" in _page(both)
    assert (
        both["watermark"] == as_copy(as_replaced(receipt(), ""), hanoi(2026, 11, 24, 9))["watermark"] == "ĐÃ THAY THẾ"
    )
    assert "DỰ THẢO, CHƯA KÝ" in _page(as_draft(receipt()))
    assert "marks" not in receipt()


def test_an_issued_slip_is_printed_under_the_number_and_version_of_its_row():
    data = receipt() | {"number": "", "version": 1}
    slip = Slip(form=Form.RECEIPT, unit=DESK, year=2026, number=77, version=1, data=data)
    (page,) = pages_of(issued_pdf(slip))
    assert "Số: 77/PTN-ĐT" in page
    assert "Phiên bản" not in page
    assert "BẢN IN LẠI" not in page
    slip.version, slip.replaced_at = 2, hanoi(2026, 3, 7, 8, 1)
    (page,) = pages_of(issued_pdf(slip, copied_at=hanoi(2026, 3, 8, 9)))
    assert "ĐÃ THAY THẾ bằng phiên bản 3 lúc 08:01, 07/03/2026" in page
    assert "BẢN IN LẠI lúc 09:00, 08/03/2026" in page
    assert "Phiên bản 2 · Trang 1 / 1" in page


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.HANDOVER])
def test_a_slip_issued_without_an_address_gets_the_one_of_the_day_it_is_printed(form):
    data = SAMPLES[form]() | {"look_up_address": ""}
    slip = Slip(form=form, unit=DESK, year=2026, number=12, version=1, data=data)
    bare, addressed = issued_pdf(slip), issued_pdf(slip, look_up_address=ADDRESS)
    assert "motcua.example" not in pages_of(bare)[0]
    assert pages_of(addressed) == pages_of(slip_pdf(form, SAMPLES[form]()))


@pytest.mark.parametrize(
    ("unit", "number"),
    [(DESK, "5/PBS-ĐT"), (WARD, "5/PBS-ĐT"), (DISTRICT, "5/PBS-QT"), (DEPARTMENT, "5/PBS-ĐĐ")],
)
def test_the_number_of_a_slip_names_its_form_and_its_office(unit, number):
    assert slip_number(Form.SUPPLEMENT, 5, unit) == number
    assert slip_number(Form.SUPPLEMENT, None, unit) == ""


def test_a_request_before_acceptance_says_that_no_term_runs_yet():
    waiting = dossier(received_at=None, due_at=None, book_number=None)
    data = supplement_data(waiting, supplement_request(stage="intake", ground=""), CONTACT, ISSUE, ADDRESS)
    (page,) = pages_of(slip_pdf(Form.SUPPLEMENT, data))
    assert "chỉ bắt đầu tính khi hồ sơ đầy đủ và được tiếp nhận" in page
    assert "tính lại từ đầu" not in page
    assert "Đã tiếp nhận" not in page


@pytest.mark.parametrize(
    ("finished", "at", "result"),
    [
        (hanoi(2026, 3, 12, 16, 59), hanoi(2026, 3, 20), "Trước hạn"),
        (hanoi(2026, 3, 13, 8, 0), hanoi(2026, 3, 20), "Đúng hạn"),
        (hanoi(2026, 3, 13, 17, 0), hanoi(2026, 3, 20), "Đúng hạn"),
        (hanoi(2026, 3, 13, 17, 0, 1), hanoi(2026, 3, 20), "Quá hạn"),
        (None, hanoi(2026, 3, 13, 17, 0), ""),
        (None, hanoi(2026, 3, 16, 8, 0), "Quá hạn"),
    ],
)
def test_a_leg_is_early_in_time_or_late_by_the_moment_it_was_finished(finished, at, result):
    handed = hanoi(2026, 3, 9)
    assert leg_result(leg(0, DESK, "", handed, handed, hanoi(2026, 3, 13, 17), finished), at) == result
    assert leg_result(leg(0, DESK, "", handed, handed, hanoi(2026, 3, 13, 17), finished, skipped=True), at) == ""
    assert leg_result(leg(0, DESK, "", handed, None, hanoi(2026, 3, 13, 17)), at) == ""


def test_every_form_has_its_page():
    assert {form.value for form in Form} <= {page.stem for page in PAGES.glob("*.typ")}


def _page(data):
    (page,) = pages_of(slip_pdf(Form.RECEIPT, data))
    return page
