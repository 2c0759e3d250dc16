"""Plans a first internal process for a procedure without one: who does what, within how many working hours. Pure."""

from typing import Final, NamedTuple

from procedures.terms import process_hours
from units.clock.due_dates import Term

SAMPLE: Final[dict[str, str]] = {
    "number": "QT-MẪU",
    "decision": "Quy trình mẫu kèm danh mục, chờ quy trình được phê duyệt thay thế",
    "approver": "Danh mục thủ tục",
}

# Never less than this many hours: every one of the four steps needs its share.
SMALLEST: Final = 4


class Planned(NamedTuple):
    place: str
    name: str
    hours: int


def plan(term: Term | None) -> list[Planned]:
    """Desk, handler, leader, desk; the hours add up to exactly those of the term.

    Empty without a fixed term, or with one too short to divide. Our own rule: at most half a day for the desk at each
    end, a sixth for the signature, the rest for the work itself.
    """
    total = process_hours(term) if term else 0
    if total < SMALLEST:
        return []
    intake = min(4, max(1, total // 8))
    handing_back = min(4, max(1, total // 12))
    signing = max(1, total // 6)
    return [
        Planned("desk", "Tiếp nhận, kiểm tra và chuyển hồ sơ", intake),
        Planned("handler", "Thẩm định, soạn kết quả", total - intake - signing - handing_back),
        Planned("leader", "Duyệt, ký và đóng dấu", signing),
        Planned("desk", "Vào sổ và trả kết quả", handing_back),
    ]
