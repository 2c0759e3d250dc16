"""An answer of each kind, for the description of the API; a test holds their shapes to what is answered."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample

_MORNING: Final = {"opens": "08:00", "closes": "12:00"}
_AFTERNOON: Final = {"opens": "13:00", "closes": "17:00"}
_DAY: Final = [_MORNING, _AFTERNOON]
_TERM: Final = {"amount": 3, "unit": "working_day", "words": "3 ngày làm việc", "verified": False}
_NAME: Final = "Đăng ký thành lập hộ kinh doanh"
_FEE: Final = "theo Nghị quyết của HĐND cấp tỉnh"
_HERE: Final = "https://motcua.example"
_OFFICE: Final = {"slug": "hai-ba-trung", "name": "UBND quận Hai Bà Trưng"}
_DESK: Final = {
    "slug": "mot-cua-hai-ba-trung",
    "name": "Một cửa quận Hai Bà Trưng",
    "address": "Số 30 phố Lê Đại Hành, Hà Nội",
    "telephone": "024 0000 0100",
}


def _example(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=["200"])


_WAY: Final = {"way": "desk", "term_text": "3 ngày làm việc", "fee_vnd": None, "fee_note": _FEE}
_CHANGES: Final = f"{_HERE}/thu-tuc/1.001612/thay-doi/#2020-01-01"
_PROCEDURE: Final = {
    "code": "1.001612",
    "name": _NAME,
    "name_en": "",
    "level": "district",
    "field": "Thành lập và hoạt động của hộ kinh doanh",
    "field_en": "Household businesses",
    "national_code": "1.001612",
    "code_verified": True,
    "term": _TERM,
    "fee_vnd": None,
    "fee_note": _FEE,
    "online_level": "toan_trinh",
}
_WHOLE: Final = {
    **_PROCEDURE,
    "name_verified": True,
    "term_note": "",
    "cut_off": None,
    "online_reason": "",
    "conditions": "",
    "competent": "UBND cấp huyện",
    "handling": "Phòng Tài chính - Kế hoạch",
    "coordinating": [],
    "ways": [_WAY],
    "decision": "",
    "audience": ["citizen"],
    "result": "Giấy chứng nhận đăng ký hộ kinh doanh",
    "documents": [
        {
            "position": 1,
            "case": "",
            "name": "Giấy đề nghị đăng ký hộ kinh doanh",
            "originals": 1,
            "copies": 0,
            "form_code": "",
            "form": f"{_HERE}/thu-tuc/1.001612/mau/7/",
        }
    ],
    "steps": ["Nộp hồ sơ", "Nhận kết quả"],
    "legal_basis": ["Nghị định số 01/2021/NĐ-CP"],
    "interlinked": False,
    "valid_from": "2020-01-01",
}

PROCEDURE: Final = _example("procedure", _PROCEDURE)
PROCEDURE_WHOLE: Final = _example(
    "procedure_whole",
    _WHOLE | {"offered_at": [{**_OFFICE, "committed_amount": 0, "committed_unit": "same_day", "cut_off": None}]},
)
VERSION_WHOLE: Final = _example("version_whole", _WHOLE | {"valid_to": None, "changes": _CHANGES})
VERSION: Final = _example(
    "version",
    {
        "code": "1.001612",
        "name": _NAME,
        "decision": "",
        "valid_from": "2020-01-01",
        "valid_to": None,
        "term": _TERM,
        "fee_vnd": None,
        "fee_note": _FEE,
        "address": f"{_HERE}/api/v1/procedures/1.001612/versions/2020-01-01/",
        "changes": _CHANGES,
    },
)
OFFERING: Final = _example(
    "offering",
    {
        "procedure": {"code": "1.001612", "name": _NAME},
        "level": "district",
        "field": "Thành lập và hoạt động của hộ kinh doanh",
        "unit": _OFFICE,
        "desks": [_DESK],
        "handler": {"slug": "phong-tai-chinh-ke-hoach", "name": "Phòng Tài chính - Kế hoạch"},
        "statutory_term": _TERM,
        "committed_term": {"amount": 0, "unit": "same_day", "words": "trong ngày"},
        "cut_off": "15:00",
        "cut_off_is_own": False,
        "fee_vnd": None,
        "fee_note": _FEE,
        "ways": [_WAY],
        "valid_from": "2020-01-01",
        "valid_to": None,
    },
)
UNIT: Final = _example(
    "unit",
    {
        **_OFFICE,
        "short_name": "Hai Bà Trưng",
        "level": "district",
        "level_name": "Quận",
        "parent": {"slug": "ha-noi", "name": "UBND thành phố Hà Nội"},
        "codes": [{"scheme": "gso", "value": "007"}],
        "address": "Số 30 phố Lê Đại Hành, Hà Nội",
        "telephone": "024 0000 0000",
        "hours_text": "",
        "hours": [{"weekday": 1, "public": _DAY, "counts": _DAY}, {"weekday": 6, "public": [_MORNING], "counts": []}],
        "desks": [_DESK],
        "valid_from": "2011-01-01",
        "valid_to": None,
    },
)
CALENDAR: Final = _example(
    "calendar",
    {
        "version": 1000004,
        "since": "2026-02-13",
        "until": "2026-02-14",
        "unit": None,
        "working_days": 1,
        "incomplete_years": [],
        "days": [
            {"date": "2026-02-13", "works": True, "kind": "ordinary", "reason": "", "source": "", "sessions": _DAY},
            {
                "date": "2026-02-14",
                "works": False,
                "kind": "weekend",
                "reason": "Nghỉ cuối tuần",
                "source": "Quyết định 188/1999/QĐ-TTg",
                "sessions": [],
            },
        ],
    },
)
CALENDAR_VERSION: Final = _example(
    "calendar_version", {"version": 1000004, "since": "2026-11-27T04:13:16.386331+07:00"}
)
DUE_DATE: Final = _example(
    "due_date",
    {
        "received_at": "2026-03-06T16:45:00+07:00",
        "due_at": "2026-03-09T17:00:00+07:00",
        "statutory_due_at": "2026-03-09T17:00:00+07:00",
        "counted": ["2026-03-09"],
        "skipped": [
            {"date": "2026-03-07", "reason": "Nghỉ cuối tuần", "source": "Quyết định 188/1999/QĐ-TTg"},
            {"date": "2026-03-08", "reason": "Nghỉ cuối tuần", "source": "Quyết định 188/1999/QĐ-TTg"},
        ],
        "rule": "working_days",
        "explanation": "Không tính ngày nhận; hẹn trả khi hết giờ của ngày làm việc cuối cùng.",
        "warnings": [],
        "note": "",
    },
)
