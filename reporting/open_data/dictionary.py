"""What is published and what every column means, in Vietnamese and in English: the tables' own dictionary. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

LICENCE: Final = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
MOST_DAYS: Final = 30
"""Days early or late are published up to this many: more would point at a single dossier."""

DAY, MONTH, FIELD, UNIT, YEAR, NONE = "day", "month", "field", "unit", "year", "none"
RECENT, EARLIER = "recent", "earlier"
OTHER: Final = "other"
"""In the published figures: the units that are not named, together."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages."""

    vi: str
    en: str

    def of(self, language: str) -> str:
        return self.en if language.startswith("en") else self.vi


@dataclass(frozen=True, slots=True)
class DataColumn:
    """One column; `codes` are its only values. What is `is_free` comes from people: made harmless for spreadsheets."""

    name: str
    description: Bilingual
    codes: tuple[str, ...] = ()
    kind: str = "string"
    is_free: bool = False
    points_at: str = ""
    pattern: str = ""

    @property
    def schema(self) -> dict[str, Any]:
        """The field descriptor of Frictionless Table Schema; `description_en` is our addition."""
        limits: dict[str, Any] = {"enum": list(self.codes)} if self.codes else {}
        if self.pattern:
            limits["pattern"] = self.pattern
        texts = {"description": self.description.vi, "description_en": self.description.en}
        return {"name": self.name, "type": self.kind} | texts | ({"constraints": limits} if limits else {})


@dataclass(frozen=True, slots=True)
class DataTable:
    """One table; `name` is that of its files. `key` is the column that identifies its rows, where there is one."""

    name: str
    description: Bilingual
    columns: Sequence[DataColumn]
    key: str = ""

    @property
    def schema(self) -> dict[str, Any]:
        """A Frictionless Table Schema."""
        keys = [_foreign_key(column) for column in self.columns if column.points_at]
        found: dict[str, Any] = {"fields": [column.schema for column in self.columns], "missingValues": [""]}
        if self.key:
            found["primaryKey"] = self.key
        return found | ({"foreignKeys": keys} if keys else {})


def _foreign_key(column: DataColumn) -> dict[str, Any]:
    return {"fields": column.name, "reference": {"resource": column.points_at, "fields": "code"}}


_MOMENT: Final = r"\d{4}(-\d{2}(-\d{2})?)?"
_MONTH: Final = r"\d{4}(-\d{2})?"

_UNIT = DataColumn(
    "unit",
    Bilingual(
        "Đơn vị giải quyết; trống: đơn vị quá ít hồ sơ, gộp với đơn vị khác",
        "The unit that handled it; empty: a unit with too few dossiers, pooled with others",
    ),
    is_free=True,
    points_at="don-vi",
)
_LEVEL = DataColumn(
    "level",
    Bilingual(
        "Cấp của thủ tục, theo bộ phận một cửa nhận hồ sơ", "Level of the procedure: of the desk it is handed in at"
    ),
    is_free=True,
)
_PROCEDURE = DataColumn(
    "procedure",
    Bilingual("Thủ tục; trống: quá ít hồ sơ để nêu", "The procedure; empty: too few dossiers to name it"),
    is_free=True,
    points_at="thu-tuc",
)
_FIELD = DataColumn(
    "field",
    Bilingual("Lĩnh vực; trống: quá ít hồ sơ để nêu", "Field of administration; empty: too few dossiers to name it"),
    is_free=True,
)
_CHANNEL = DataColumn(
    "channel",
    Bilingual(
        "Cách nộp: desk trực tiếp, post bưu chính, online trực tuyến; trống: không nêu",
        "How it was handed in: desk, post, online; empty: withheld",
    ),
    codes=("desk", "post", "online"),
)
_RECEIVED = DataColumn(
    "received",
    Bilingual(
        "Tiếp nhận, theo giờ Hà Nội: ngày, tháng hoặc năm (xem detail); trống: chưa từng tiếp nhận",
        "Accepted, Hanoi time: day, month or year (see detail); empty: never accepted",
    ),
    pattern=_MOMENT,
)
_FINISHED = DataColumn(
    "finished",
    Bilingual(
        "Giải quyết xong, theo giờ Hà Nội: ngày, tháng hoặc năm (xem detail)",
        "Finished, Hanoi time: day, month or year (see detail)",
    ),
    pattern=_MOMENT,
)
_VERDICT = DataColumn(
    "verdict",
    Bilingual(
        "early: xong trước ngày hẹn; on_time: không quá giờ hẹn của ngày hẹn; late: sau giờ hẹn; "
        "trống: không có kết quả để so",
        "early: on a day before the promised one; on_time: not after the promised hour; late: after it; "
        "empty: there was no result to compare",
    ),
    codes=("early", "on_time", "late"),
)
_DAYS = DataColumn(
    "days_past_due",
    Bilingual(
        f"Ngày xong trừ ngày hẹn, ngày lịch, chỉ từ -{MOST_DAYS} đến {MOST_DAYS}. Âm luôn là early, dương luôn là "
        "late; bằng 0 thì giờ hẹn quyết định, nên xem verdict. Trống: không nêu",
        f"Day of finishing minus promised day, calendar days, kept within -{MOST_DAYS} and {MOST_DAYS}. Negative is "
        "always early, positive always late; at 0 the hour decides, so see verdict. Empty: withheld",
    ),
    kind="integer",
)
_PERIOD = DataColumn(
    "period",
    Bilingual(
        "recent: xong trong 12 tháng cuối; earlier: xong trước đó",
        "recent: finished in the last twelve months; earlier: before them",
    ),
    codes=(RECENT, EARLIER),
)

CLOSED = DataTable(
    "ho-so-da-xong",
    Bilingual("Hồ sơ đã xong, mỗi dòng một hồ sơ", "Closed dossiers, one per row"),
    (
        *(_UNIT, _LEVEL, _PROCEDURE, _FIELD, _CHANNEL, _RECEIVED),
        DataColumn(
            "due",
            Bilingual("Ngày hẹn trả; chỉ có khi detail là day", "The promised day; only where detail is day"),
            pattern=r"\d{4}-\d{2}-\d{2}",
        ),
        _FINISHED,
        DataColumn(
            "outcome",
            Bilingual(
                "granted được giải quyết, declined không đủ điều kiện, withdrawn người nộp rút, stopped dừng, "
                "refused từ chối tiếp nhận; trống: không nêu",
                "granted, declined, withdrawn by the applicant, stopped, refused at the desk; empty: withheld",
            ),
            codes=("granted", "declined", "withdrawn", "stopped", "refused"),
        ),
        *(_VERDICT, _DAYS),
        DataColumn(
            "cause",
            Bilingual(
                "Nguyên nhân trễ: workload quá nhiều hồ sơ, staff thiếu người, verification thẩm tra, xác minh, "
                "consultation lấy ý kiến, handover bàn giao, system sự cố máy, law vướng quy định, applicant phía "
                "người nộp, other khác; trống: không trễ hoặc không nêu",
                "Why it was late: workload, staff, verification, consultation, handover, system, law, applicant, "
                "other; empty: not late, or withheld",
            ),
            codes=(
                *("workload", "staff", "verification", "consultation", "handover"),
                *("system", "law", "applicant", "other"),
            ),
        ),
        _PERIOD,
        DataColumn(
            "detail",
            Bilingual(
                "Nêu chi tiết đến đâu: day ngày và thủ tục, month tháng và thủ tục, field tháng và lĩnh vực, unit "
                "đơn vị và tháng xong, year chỉ năm và verdict",
                "How much the row says: day and procedure, month and procedure, month and field, unit and month of "
                "finishing, year and verdict only",
            ),
            codes=(DAY, MONTH, FIELD, UNIT, YEAR),
        ),
    ),
)
OPEN = DataTable(
    "ho-so-dang-giai-quyet",
    Bilingual(
        "Hồ sơ chưa xong vào cuối tháng, mỗi dòng một hồ sơ",
        "Dossiers still open at the end of the month, one per row",
    ),
    (
        *(_UNIT, _LEVEL, _PROCEDURE, _FIELD, _CHANNEL),
        DataColumn(
            "received",
            Bilingual(
                "Tháng hoặc năm tiếp nhận, theo giờ Hà Nội", "Month or year in which it was accepted, Hanoi time"
            ),
            pattern=_MONTH,
        ),
        DataColumn(
            "due",
            Bilingual("Tháng của ngày hẹn trả; trống: không nêu", "Month of the promised day; empty: withheld"),
            pattern=r"\d{4}-\d{2}",
        ),
        DataColumn(
            "state",
            Bilingual(
                "running đang tính giờ và còn hạn, overdue đang tính giờ và quá hạn, waiting đồng hồ dừng",
                "running: the clock runs, not past due; overdue: the clock runs, past due; waiting: the clock stands",
            ),
            codes=("running", "overdue", "waiting"),
        ),
        DataColumn(
            "detail",
            Bilingual(
                "Nêu chi tiết đến đâu: month tháng và thủ tục, field tháng và lĩnh vực, unit đơn vị và năm, "
                "none chỉ năm",
                "How much the row says: month and procedure, month and field, unit and year, year only",
            ),
            codes=(MONTH, FIELD, UNIT, NONE),
        ),
    ),
)
LEGS = DataTable(
    "chang-xu-ly",
    Bilingual(
        "Chặng xử lý đã xong: phần việc của một đơn vị trong một hồ sơ, so với thời gian của riêng chặng",
        "Finished legs: one unit's part of one dossier, measured by its own time",
    ),
    (
        *(_UNIT, _PROCEDURE, _FIELD),
        DataColumn(
            "accepted",
            Bilingual("Tháng nhận việc; trống: không nêu", "Month in which the unit took it over; empty: withheld"),
            pattern=r"\d{4}-\d{2}",
        ),
        DataColumn(
            "finished",
            Bilingual("Tháng hoặc năm xong chặng", "Month or year in which the leg was finished"),
            pattern=_MONTH,
        ),
        DataColumn(
            "hours",
            Bilingual("Số giờ làm việc được giao; trống: không nêu", "Working hours given to it; empty: withheld"),
            kind="integer",
        ),
        *(_VERDICT, _DAYS, _PERIOD),
        DataColumn(
            "detail",
            Bilingual(
                "Nêu chi tiết đến đâu: month tháng và thủ tục, field tháng và lĩnh vực, unit đơn vị và tháng xong, "
                "year chỉ năm và verdict",
                "How much the row says: month and procedure, month and field, unit and month of finishing, year and "
                "verdict only",
            ),
            codes=(MONTH, FIELD, UNIT, YEAR),
        ),
    ),
)
CASES = DataTable(
    "phan-anh",
    Bilingual(
        "Phản ánh, kiến nghị đã giải quyết, mỗi dòng một vụ việc",
        "Petitions and reports from the street that were settled, one per row",
    ),
    (
        DataColumn(
            "unit",
            Bilingual(
                "Đơn vị giải quyết; trống: quá ít để nêu", "The unit that settled it; empty: too few to name it"
            ),
            is_free=True,
            points_at="don-vi",
        ),
        DataColumn(
            "kind",
            Bilingual(
                "petition kiến nghị, phản ánh; field_report phản ánh hiện trường; trống: không nêu",
                "petition; field_report: from the street; empty: withheld",
            ),
            codes=("petition", "field_report"),
        ),
        DataColumn(
            "category",
            Bilingual(
                "Lĩnh vực phản ánh; trống: chưa phân hoặc không nêu", "What it is about; empty: none, or withheld"
            ),
            is_free=True,
        ),
        DataColumn(
            "channel",
            Bilingual("Gửi bằng cách nào; trống: không nêu", "By which way it came; empty: withheld"),
            codes=("web", "hotline", "counter", "box", "post", "email", "partner", "open311"),
        ),
        DataColumn(
            "received",
            Bilingual("Tháng hoặc năm nhận, theo giờ Hà Nội", "Month or year of receipt, Hanoi time"),
            pattern=_MONTH,
        ),
        DataColumn(
            "finished",
            Bilingual("Tháng hoặc năm trả lời", "Month or year of the answer"),
            pattern=_MONTH,
        ),
        DataColumn(
            "verdict",
            Bilingual("on_time: không quá hạn; late: quá hạn", "on_time: not after its time; late: after it"),
            codes=("on_time", "late"),
        ),
        _DAYS,
        DataColumn(
            "detail",
            Bilingual(
                "Nêu chi tiết đến đâu: month tháng, loại và lĩnh vực, field tháng và loại, unit đơn vị và tháng xong, "
                "year chỉ năm và verdict",
                "How much the row says: month, kind and category, month and kind, unit and month of finishing, year "
                "and verdict only",
            ),
            codes=(MONTH, FIELD, UNIT, YEAR),
        ),
    ),
)
UNITS = DataTable(
    "don-vi",
    Bilingual("Đơn vị: mã và tên", "Units: code and name"),
    (
        DataColumn("code", Bilingual("Mã dùng ở các bảng khác", "Code used in the other tables"), is_free=True),
        DataColumn("name", Bilingual("Tên đầy đủ", "Full name"), is_free=True),
        DataColumn("kind", Bilingual("Loại đơn vị", "Kind of unit"), is_free=True),
    ),
    key="code",
)
PROCEDURES = DataTable(
    "thu-tuc",
    Bilingual("Thủ tục: mã, tên, lĩnh vực", "Procedures: code, name, field"),
    (
        DataColumn("code", Bilingual("Mã dùng ở các bảng khác", "Code used in the other tables"), is_free=True),
        DataColumn("name", Bilingual("Tên, theo phiên bản mới nhất", "Name, in the newest version"), is_free=True),
        DataColumn("level", Bilingual("Cấp thực hiện", "Level of government"), is_free=True),
        DataColumn("field", Bilingual("Mã lĩnh vực", "Code of the field"), is_free=True),
        DataColumn("field_name", Bilingual("Tên lĩnh vực", "Name of the field"), is_free=True),
    ),
    key="code",
)
FIGURES = DataTable(
    "so-lieu",
    Bilingual(
        "Số liệu đã công bố: recompute.py tính lại bảng này từ các tệp trên",
        "The published figures: recompute.py makes this very table from the files above",
    ),
    (
        DataColumn(
            "period",
            Bilingual(
                "all: từ đầu; recent: 12 tháng cuối; hoặc một năm",
                "all: since the beginning; recent: last 12 months; or a year",
            ),
        ),
        DataColumn("level", Bilingual("Cấp; trống: mọi cấp", "Level; empty: all")),
        DataColumn(
            "unit",
            Bilingual(
                "Đơn vị; trống: mọi đơn vị; other: các đơn vị không nêu riêng",
                "Unit; empty: all; other: those not named",
            ),
            is_free=True,
        ),
        DataColumn(
            "received",
            Bilingual(
                "Tiếp nhận trong kỳ; trống: không công bố ở mức này",
                "Accepted in the period; empty: not published here",
            ),
            kind="integer",
        ),
        DataColumn(
            "resolved",
            Bilingual("Đã có kết quả: early + on_time + late", "With a result: early + on_time + late"),
            kind="integer",
        ),
        DataColumn("early", Bilingual("Trước hạn", "Early"), kind="integer"),
        DataColumn("on_time", Bilingual("Đúng hạn", "On time"), kind="integer"),
        DataColumn("late", Bilingual("Trễ hạn", "Late"), kind="integer"),
        DataColumn(
            "percent",
            Bilingual(
                "(early + on_time) ÷ resolved, phần trăm, không bao giờ làm tròn lên 100; trống: chưa có gì để tính",
                "(early + on_time) ÷ resolved in percent, never rounded up to 100; empty: nothing to take a share of",
            ),
            kind="number",
        ),
    ),
)
FACTS: Final = (CLOSED, OPEN, LEGS, CASES)
CODE_LISTS: Final = (UNITS, PROCEDURES)
TABLES: Final = (*FACTS, *CODE_LISTS, FIGURES)
