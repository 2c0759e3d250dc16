"""The nine-indicator score as a report: units, officers, and how each indicator was measured, or why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from accounts.models import User
from reporting.definitions.periods import Span
from reporting.reports.document import Cell, Column, Report, Table
from reporting.reports.scope import Scope
from reporting.reports.score import (
    GradeScale,
    Indicator,
    Points,
    ScoreResult,
    Scoring,
    score_result,
    scoring,
)
from reporting.reports.score_counts import SUPPLEMENTS, Measured, by_officer, by_unit

GROUP: Final = "Điểm từng chỉ số"


def scores(scope: Scope, period: Span, *, at: datetime) -> Report:
    """Six queries."""
    rules = scoring()
    officers = by_officer(scope.keys, period, at=at)
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=officers)}
    units = {unit.pk: unit.name for unit in scope.units}
    return Report(
        form="",
        title="Chấm điểm giải quyết thủ tục hành chính",
        period=period.official,
        scope=scope.words,
        tables=[
            _table("Đơn vị", units, by_unit(scope.keys, period, at=at), rules.indicators, rules.units, rules.most),
            _table("Cán bộ", names, officers, rules.for_officers(), rules.officers, rules.most),
            _explained(rules),
        ],
        notes=(
            f"Căn cứ {rules.source}. Mỗi chỉ số từ 0 đến {rules.most} điểm, làm tròn một chữ số thập phân.",
            "Chỉ số không đo được để trống, không cho điểm thay; “Từ … đến …” là chưa xếp loại được: còn tùy điểm của"
            " các chỉ số đó.",
            "Cán bộ được chấm theo hồ sơ và chặng giao cho người đó; hồ sơ không giao cho ai chỉ tính cho đơn vị.",
        ),
    )


def _table(
    who: str,
    names: Mapping[int, str],
    measured: Measured,
    indicators: Sequence[Indicator],
    grades: GradeScale,
    most: int,
) -> Table:
    found = {key: score_result(points, indicators, grades, most) for key, points in measured.items() if key in names}
    order = sorted(found, key=lambda key: (-found[key].reached, names[key], key))
    return Table(
        who,
        [
            Column("TT", 0.5),
            Column(who, 3.4),
            Column("Hồ sơ", 0.9, is_number=True),
            *(Column(str(one.number), 0.6, GROUP, is_number=True) for one in indicators),
            Column("Tổng điểm đo được", 1, is_number=True),
            Column("Tối đa đo được", 1, is_number=True),
            Column("Xếp loại", 2.6),
        ],
        [_row(number, _name(names, key), measured[key], found[key]) for number, key in enumerate(order, 1)],
        empty="Trong kỳ chưa có hồ sơ hay chặng nào xong.",
    )


def _row(number: int, name: str, points: Mapping[str, Points], found: ScoreResult) -> list[Cell]:
    scored = [None if score is None else float(score) for score in found.scores.values()]
    dossiers = points.get(SUPPLEMENTS, Points()).count
    return [number, name, dossiers, *scored, float(found.reached), float(found.reachable), found.grade]


def _name(names: Mapping[int, str], key: int) -> str:
    """Two officers may have the same name."""
    twice = list(names.values()).count(names[key]) > 1
    return f"{names[key]} ({key})" if twice else names[key]


def _explained(rules: Scoring) -> Table:
    rows = [
        [one.number, one.name, "Đơn vị, cán bộ" if one.officers else "Đơn vị", one.how] for one in rules.indicators
    ]
    return Table(
        "Cách đo từng chỉ số",
        [Column("TT", 0.5), Column("Chỉ số", 3), Column("Chấm cho", 1.4), Column("Cách đo", 6)],
        rows,
    )
