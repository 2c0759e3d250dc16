"""Data of every slip from rows that were never stored, and what a PDF says, read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from accounts.models import User
from dossiers.book.files import book_pdf
from dossiers.book.form_06 import Book, BookRow
from dossiers.clock.states import EventKind, Status
from dossiers.models import (
    Apology,
    Dossier,
    DossierEvent,
    DossierLeg,
    ProxyRecord,
    ReceivedDocument,
    SupplementRequest,
)
from dossiers.slips.heading import Issue
from dossiers.slips.notices import (
    Contact,
    Refused,
    Signer,
    Stopped,
    apology_data,
    refusal_data,
    stop_data,
    supplement_data,
)
from dossiers.slips.pdf import Data, Form, slip_pdf
from dossiers.slips.receipt import receipt_data, with_secret
from dossiers.slips.travelling import HandedOver, control_data, handover_data
from procedures.models import ProcedureVersion, ProcessStep
from units.clock.working_calendar import OFFICE_TIME
from units.models import Unit, UnitKind

hanoi = partial(datetime, tzinfo=OFFICE_TIME)

CODE = "000.00.12.H26-260302-0004"
ADDRESS = f"https://motcua.example/tra-cuu/{CODE}/"
ISSUE = Issue(at=hanoi(2026, 3, 6, 9, 15), officer="Trần Thu Hà", number=12)
CONTACT = Contact("Trần Thu Hà", "024 3971 0001")
SIGNER = Signer("Lê Văn Hùng", "Chủ tịch")

DISTRICT = Unit(pk=1, name="Ủy ban Quận Thử", short_name="Quận Thử", kind=UnitKind(code=UnitKind.DISTRICT))
WARD = Unit(
    pk=2, name="Ủy ban Phường Đồng Thử", short_name="Đồng Thử", kind=UnitKind(code=UnitKind.WARD), parent=DISTRICT
)
DESK = Unit(
    pk=3,
    name="Một cửa Đồng Thử",
    short_name="Một cửa",
    kind=UnitKind(code=UnitKind.DESK),
    parent=WARD,
    telephone="024 3000 0000",
)
DEPARTMENT = Unit(pk=4, name="Phòng Đo đạc", short_name="Đo đạc", kind=UnitKind(code="department"), parent=DISTRICT)


def dossier(**fields: Any) -> Dossier:
    given: dict[str, Any] = {
        "code": CODE,
        "version": ProcedureVersion(name="Đăng ký biến động đất đai", term_note="Theo thỏa thuận"),
        "desk": DESK,
        "receiving_desk": DESK,
        "handler": DEPARTMENT,
        "status": Status.IN_PROCESS,
        "submitted_at": hanoi(2026, 3, 2, 10, 0),
        "received_at": hanoi(2026, 3, 2, 10, 32),
        "due_at": hanoi(2026, 3, 18, 17, 0),
        "applicant_name": "Nguyễn Thị Phượng",
        "applicant_id": "001187004521",
        "applicant_address": "Số 12, phố Bạch Đằng",
        "applicant_phone": "0912345471",
        "applicant_email": "phuong@example.vn",
        "sets": 2,
        "fee_vnd": 100_000,
        "fee_status": Dossier.FeeStatus.LATER,
        "book_year": 2026,
        "book_number": 1234,
    }
    return Dossier(**(given | fields))


def person(name: str) -> User:
    return User(username=name, full_name=name)


def printed_receipt(file: Dossier | None = None) -> Data:
    return with_secret(receipt(file), "K7PM2BCGHX", ends_earlier=False)


def receipt(file: Dossier | None = None) -> Data:
    papers = [
        ReceivedDocument(name="Đơn đăng ký biến động", originals=1),
        ReceivedDocument(name="Căn cước", copies=2),
    ]
    return receipt_data(file or dossier(), [], papers, ADDRESS, ISSUE)


def by_proxy() -> Data:
    """Handed in for an organisation by somebody with a letter of introduction."""
    file = dossier(
        applicant_kind=Dossier.ApplicantKind.ORGANISATION,
        applicant_name="Công ty TNHH Thương mại và Dịch vụ Đồng Thử",
        applicant_id="0101234567",
    )
    ProxyRecord(
        dossier=file,
        name="Trần Văn Long",
        id_number="001090123456",
        paper=ProxyRecord.Paper.INTRODUCTION,
        paper_number="12/GGT",
        paper_dated=date(2026, 3, 1),
    )
    return receipt(file)


def supplement_request(**fields: Any) -> SupplementRequest:
    papers = [
        {"name": "Giấy chứng nhận đã cấp", "missing": "original", "note": "Trang ba bị mờ."},
        {"name": "Hợp đồng chuyển nhượng", "missing": "certified", "note": ""},
        {"name": "Căn cước bên nhận", "missing": "copy", "note": ""},
    ]
    given = {
        "stage": SupplementRequest.Stage.APPRAISAL,
        "reasons": ["missing", "mismatch"],
        "text": "Diện tích hai giấy khác nhau.",
        "papers": papers,
        "answer_by": hanoi(2026, 4, 3, 17),
        "ground": "Điều 7 Nghị định thử",
    }
    return SupplementRequest(**(given | fields))


def supplement(file: Dossier | None = None) -> Data:
    return supplement_data(file or dossier(), supplement_request(), CONTACT, ISSUE, ADDRESS)


def refusal(file: Dossier | None = None) -> Data:
    refused = Refused("Thửa đất đang có tranh chấp tại tòa.", "Khoản 1 Điều 188 Luật thử", "Ba giấy tờ đã nộp")
    return refusal_data(file or dossier(), refused, CONTACT, ISSUE, ADDRESS)


def apology(file: Dossier | None = None) -> Data:
    made = Apology(
        unit=DEPARTMENT,
        cause="verification",
        reason="Kết quả đo đạc gửi về chậm.",
        old_due_at=hanoi(2026, 3, 18, 17),
        new_due_at=hanoi(2026, 3, 25, 17),
    )
    return apology_data(file or dossier(), made, SIGNER, ISSUE, ADDRESS, copies_to=("Như trên", "Phòng Đo đạc", "Lưu"))


def stop(file: Dossier | None = None) -> Data:
    stopped = Stopped(
        asked_by="Tòa án thử",
        reason="Có đơn ngăn chặn giao dịch.",
        since=hanoi(2026, 3, 6, 9, 0),
        stage="Thẩm định",
        money="Lệ phí đã nộp được giữ lại.",
        decision="Quyết định số 45",
        papers_back="Một bản chính",
    )
    return stop_data(file or dossier(), stopped, CONTACT, SIGNER, ISSUE, ADDRESS)


def leg(position: int, unit: Unit, work: str, *moments: datetime | None, **fields: Any) -> DossierLeg:
    """A leg with, in this order, when it was handed over, taken over, due and finished."""
    names = ("handed_over_at", "accepted_at", "due_at", "finished_at")
    times = dict(zip(names, moments, strict=False))
    return DossierLeg(position=position, unit=unit, step=ProcessStep(name=work), hours=8, **times, **fields)


def event(kind: EventKind, name: str, at: datetime, **data: Any) -> DossierEvent:
    return DossierEvent(kind=kind, actor=person(name), at=at, data=data)


def control(file: Dossier | None = None) -> Data:
    """As of 16 March: the first leg in time, the second late and answering for it, the third in hand, one to come."""
    received, sent, taken = hanoi(2026, 3, 2, 10, 32), hanoi(2026, 3, 2, 15, 0), hanoi(2026, 3, 2, 16, 5)
    signed, read = hanoi(2026, 3, 13, 9, 0), hanoi(2026, 3, 13, 9, 30)
    legs = [
        leg(0, DESK, "Tiếp nhận", received, received, hanoi(2026, 3, 2, 17), sent),
        leg(1, DEPARTMENT, "Thẩm định", sent, taken, hanoi(2026, 3, 12, 17), signed),
        leg(2, WARD, "Ký kết quả", signed, read, hanoi(2026, 3, 17, 17)),
        leg(3, DESK, "Trả kết quả", None, None, hanoi(2026, 3, 18, 17)),
    ]
    events = [
        event(EventKind.REGISTERED, "Trần Thu Hà", received),
        event(EventKind.HANDED_OVER, "Trần Thu Hà", sent, leg=0),
        event(EventKind.TAKEN_OVER, "Phạm Quốc Bảo", taken, leg=1),
        event(EventKind.HANDED_OVER, "Phạm Quốc Bảo", signed, leg=1),
        event(EventKind.TAKEN_OVER, "Đỗ Minh Anh", read, leg=2),
    ]
    late = file or dossier(late_unit=DEPARTMENT, late_cause="verification", new_due_at=hanoi(2026, 3, 25, 17))
    return control_data(late, legs, events, Issue(at=hanoi(2026, 3, 16, 8), officer="Trần Thu Hà", number=12), ADDRESS)


def handover(rows: int = 3) -> Data:
    listed = [
        HandedOver(f"000.00.12.H26-260302-{n:04d}", f"Người nộp {n}", "Đăng ký biến động", 1, hanoi(2026, 3, 18, 17))
        for n in range(1, rows + 1)
    ]
    return handover_data(DESK, DEPARTMENT, listed, ISSUE, taker="Phạm Quốc Bảo", note="Kèm bản gốc.") | {
        "list_code": "BG-1024"
    }


def _printed(form: Form) -> bytes:
    return slip_pdf(form, SAMPLES[form]())


SAMPLES = {
    Form.RECEIPT: printed_receipt,
    Form.SUPPLEMENT: supplement,
    Form.REFUSAL: refusal,
    Form.APOLOGY: apology,
    Form.STOP: stop,
    Form.CONTROL: control,
    Form.HANDOVER: handover,
}


BOOK = Book(DESK, 2026, made_at=hanoi(2026, 12, 31, 16, 30), closed_at=hanoi(2026, 12, 31, 17))
BOOK_ROW = BookRow(
    number=1,
    code=CODE,
    procedure="Đăng ký biến động",
    sets=2,
    applicant="Nguyễn Thị Phượng",
    address="Số 12, phố Bạch Đằng",
    phone="0912345471",
    handler="Phòng Đo đạc",
    received_at=hanoi(2026, 3, 2, 10, 32),
    due_at=hanoi(2026, 3, 18, 17),
    sent_at=hanoi(2026, 3, 2, 15),
    finished_at=hanoi(2026, 3, 17, 9, 5),
    returned_at=hanoi(2026, 3, 19, 8, 45),
    method="Nhận tại quầy",
    receiver="Trần Văn Nam",
    note="Hẹn lại 25/03/2026",
)

GOLDEN: dict[str, Callable[[], bytes]] = {
    **{form.value: partial(_printed, form) for form in SAMPLES},
    "receipt-proxy": lambda: slip_pdf(Form.RECEIPT, with_secret(by_proxy(), "K7PM2BCGHX", ends_earlier=True)),
    "register": lambda: book_pdf(BOOK, [replace(BOOK_ROW, number=number) for number in range(1, 4)]),
}
"""Every paper whose look is kept in `golden/`."""


def lines_of(pdf: bytes) -> list[str]:
    """What a reader takes out of a file, line by line, with a mark between pages."""
    pages = [page.extract_text().replace("\u200b", "").splitlines() for page in PdfReader(BytesIO(pdf)).pages]
    return [" ".join(line.split()) for page in pages for line in [*page, "---"]]


def pages_of(pdf: bytes) -> list[str]:
    """What each page says, one space between words, without the marks that only allow a line break."""
    pages = PdfReader(BytesIO(pdf)).pages
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages]


def sizes_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    boxes = [page.mediabox for page in PdfReader(BytesIO(pdf)).pages]
    return [(round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) for box in boxes]
