"""Faults of old registers; their messages never quote the content of a file."""

from __future__ import annotations

import csv
from enum import Enum
from pathlib import Path
from typing import Final, TextIO

from django.utils.translation import gettext_lazy as _

from files.sheets.faults import FileFault, UnusableFile, in_both_languages


class Fault(Enum):
    """What is wrong with one row; the value is the message with its parameters."""

    EMPTY = _("Ô này phải có nội dung.")
    BROKEN = _("Có ký tự hỏng: dòng này không đọc được theo bảng mã của tệp.")
    WIDE = _("Dòng có nhiều ô hơn dòng tiêu đề.")
    FORMULA = _("Ô chứa công thức hoặc lỗi của bảng tính, không phải giá trị.")
    MERGED = _("Ô bị gộp với ô khác: hãy bỏ gộp và ghi từng dòng.")
    TOO_LONG = _("Nội dung dài quá %(n)d ký tự.")
    NOT_A_CODE = _("Không phải mã hồ sơ dạng H26.19.15-190731-0003; sổ đánh mã kiểu khác thì dùng code_prefix.")
    CODE_TWICE = _("Mã hồ sơ này đã có ở dòng %(row)d của tệp.")
    CODE_TAKEN = _("Mã hồ sơ này đã có trong hệ thống với nội dung khác.")
    NOT_A_NUMBER = _("Không phải số nguyên trong khoảng từ 1 đến %(n)d.")
    NUMBER_TWICE = _("Số thứ tự trong sổ của năm đó đã có ở dòng %(row)d của tệp.")
    NUMBER_TAKEN = _("Số thứ tự trong sổ của năm đó đã có trong hệ thống.")
    BOOK_CLOSED = _("Sổ năm %(year)d của nơi này đã khóa trong hệ thống.")
    NO_PROCEDURE = _("Không có thủ tục nào có mã hoặc tên đúng như vậy.")
    NOT_OFFERED = _("Thủ tục này không được thực hiện ở nơi nhận đã chọn.")
    SEVERAL_PROCEDURES = _("Nhiều thủ tục cùng tên: hãy ghi mã thủ tục.")
    NOT_A_DATE = _("Không phải một ngày có thật, viết theo dạng đã khai báo.")
    TOO_EARLY = _("Ngày quá xa trong quá khứ: trước %(year)d.")
    FUTURE = _("Ngày ở tương lai.")
    DUE_BEFORE_RECEIVED = _("Hẹn trả không sau lúc nhận.")
    DUE_TOO_FAR = _("Hẹn trả quá xa lúc nhận: nhiều nhất %(n)d ngày.")
    FINISHED_BEFORE_RECEIVED = _("Xong trước khi nhận.")
    RETURNED_BEFORE_FINISHED = _("Trả trước khi xong.")
    UNKNOWN_WORD = _("Từ này không có trong bảng từ của tệp ánh xạ.")
    NOT_OVER = _("Ghi cách kết thúc mà không ghi ngày xong hoặc ngày trả.")


class LoadFault(Enum):
    """Why a register cannot be imported, whatever the rows of its file."""

    MAPPING = _("Tệp ánh xạ không dùng được: %(what)s.")
    NO_DESK = _("Không có bộ phận một cửa nào có định danh này.")
    NOBODY = _("Không có tài khoản này.")
    BUSY = _("Một lượt nạp sổ khác của nơi này đang chạy.")


class RowFault(Exception):
    """A row that cannot be imported. `field` names the field concerned, "" for the whole row."""

    def __init__(self, field: str, fault: Fault, **params: int) -> None:
        super().__init__(field, fault)
        self.field = field
        self.fault = fault
        self.params = params


class RejectedRows:
    """Collects rejected rows and writes them to a CSV file: row number, column title, message in both languages."""

    SHOWN: Final = 20

    def __init__(self, path: Path | None, titles: dict[str, str]) -> None:
        """Raises UnusableFile when the report cannot be written."""
        self.titles = titles
        self.count = 0
        self.first: list[str] = []
        self.kinds: dict[Fault, int] = {}
        self.sentences: dict[tuple[Fault, int], tuple[str, str]] = {}
        self.file: TextIO | None = None
        if path:
            try:
                self.file = path.open("w", encoding="utf-8-sig", newline="")
            except OSError as error:
                raise UnusableFile(FileFault.NO_FILE, path=path) from error
            self.writer = csv.writer(self.file)
            self.writer.writerow(["dòng / row", "cột / column", "lý do", "reason"])

    def reject(self, number: int, wrong: RowFault) -> None:
        self.count += 1
        self.kinds[wrong.fault] = self.kinds.get(wrong.fault, 0) + 1
        title = self.titles.get(wrong.field, "")
        sentences = self._sentences(wrong)
        if self.file:
            self.writer.writerow([number, title, *sentences])
        if len(self.first) < self.SHOWN:
            self.first.append(f"{number}\t{title}\t{sentences[0]}\t{sentences[1]}")

    def close(self) -> None:
        if self.file:
            self.file.close()

    def _sentences(self, wrong: RowFault) -> tuple[str, str]:
        """The message in both languages, cached unless it names another row: most rows have the same few faults."""
        if "row" in wrong.params:
            return in_both_languages(wrong.fault, wrong.params)
        key = (wrong.fault, next(iter(wrong.params.values()), 0))
        if key not in self.sentences:
            self.sentences[key] = in_both_languages(wrong.fault, wrong.params)
        return self.sentences[key]
