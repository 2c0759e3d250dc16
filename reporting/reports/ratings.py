"""What citizens thought, as a report: by unit, and what those who were not satisfied named (Decree 61/2018/ND-CP,
article 31.1). Figures of fewer ratings than `PUBLISH_FROM` are not shown, nor can they be found by subtraction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count, Func
from django.utils import translation
from django.utils.translation import gettext as _

from dossiers.models import Rating
from reporting.definitions.periods import Month, Span
from reporting.definitions.targets import PUBLISH_FROM, SATISFACTION_TARGET
from reporting.reports.document import LANGUAGE, Cell, Column, Report, Table
from reporting.reports.scope import Scope
from reporting.rollup.satisfaction import SATISFIED, Satisfaction, by_handler, total_satisfaction
from units.models import Unit
from units.rules import RuleBroken
from units.texts import wording

TOTAL: Final = "Cộng các đơn vị nêu được"
Reasons = dict[int, Counter[str]]


def ratings(scope: Scope, period: Span, *, at: datetime) -> Report:
    """Two queries. Raises RuleBroken beside `ky` for a period that is not of whole months: nothing finer is stored."""
    if not period.has_whole_months:
        raise RuleBroken(_("Đánh giá chỉ được ghi theo tháng. Xin chọn kỳ gồm trọn tháng."), field="ky")
    first, last = Month.of(period.first), Month.of(period.last)
    answers = by_handler(first, last)
    rated = [(unit, answers[unit.pk]) for unit in scope.units if unit.pk in answers]
    rated.sort(key=lambda row: (-row[1].count, row[0].name, row[0].pk))
    published = [(unit, answer) for unit, answer in rated if answer.may_be_published]
    reasons = unhappy_reasons([unit.pk for unit, _answer in published], period)
    return Report(
        form="",
        title="Mức độ hài lòng của tổ chức, cá nhân",
        period=period.official,
        scope=scope.words,
        tables=[
            _answers(rated, published),
            _reasons(published, reasons),
        ],
        notes=(
            "Hài lòng là hai mức cao nhất trong năm mức. Mỗi người nêu được tối đa ba lý do.",
            f"Đơn vị dưới {PUBLISH_FROM} lượt đánh giá chỉ nêu số lượt; dòng cộng không gồm các mức của đơn vị đó.",
            f"Mục tiêu: {wording.percent(SATISFACTION_TARGET, LANGUAGE)} hài lòng."
            " Người đánh giá được giữ kín; đánh giá không gắn với hồ sơ hay cán bộ nào.",
        ),
    )


def unhappy_reasons(units: Sequence[int], period: Span) -> Reasons:
    """Of each unit, how many of those who were not satisfied named each reason. One query."""
    rows = Rating.objects.between(period.first, period.last).filter(handler__in=units).exclude(score__in=SATISFIED)
    named = rows.annotate(reason=Func("reasons", function="unnest")).values_list("handler_id", "reason")
    found: Reasons = defaultdict(Counter)
    for unit, reason, count in named.annotate(n=Count("pk")).order_by():
        found[unit][reason] = count
    return found


def _answers(rated: Sequence[tuple[Unit, Satisfaction]], published: Sequence[tuple[Unit, Satisfaction]]) -> Table:
    with translation.override(LANGUAGE):
        faces = [str(score.label) for score, _n in Satisfaction().faces]
    every = total_satisfaction(answer for _unit, answer in published)
    rows = [[number, unit.name, *_numbers(answer)] for number, (unit, answer) in enumerate(rated, 1)]
    return Table(
        "Mức hài lòng theo đơn vị",
        [
            Column("TT", 0.5),
            Column("Đơn vị", 3.4),
            Column("Lượt đánh giá", 1, is_number=True),
            Column("Tỷ lệ hài lòng", 1, is_number=True),
            *(Column(face, 1, "Số lượt từng mức", is_number=True) for face in faces),
        ],
        rows,
        total=["", TOTAL, *_numbers(every)] if every.may_be_published else None,
        empty="Trong kỳ chưa có lượt đánh giá nào.",
    )


def _numbers(answer: Satisfaction) -> list[Cell]:
    if not answer.may_be_published:
        return [answer.count, None, *(None for _face in answer.faces)]
    assert answer.rate.ratio is not None
    share = wording.percent(answer.rate.ratio, LANGUAGE, apart_from=SATISFACTION_TARGET)
    return [answer.count, share, *(count for _face, count in answer.faces)]


def _reasons(published: Sequence[tuple[Unit, Satisfaction]], named: Mapping[int, Counter[str]]) -> Table:
    with translation.override(LANGUAGE):
        reasons = [(reason.value, str(reason.label)) for reason in Rating.Reason]
    rows: list[list[Cell]] = [
        [
            number,
            unit.name,
            answer.count - answer.rate.numerator,
            *(named.get(unit.pk, Counter())[reason] for reason, _label in reasons),
        ]
        for number, (unit, answer) in enumerate(published, 1)
    ]
    return Table(
        "Vì sao chưa hài lòng",
        [
            Column("TT", 0.5),
            Column("Đơn vị", 3.4),
            Column("Chưa hài lòng", 1, is_number=True),
            *(Column(label, 1, "Số lượt nêu lý do", is_number=True) for _reason, label in reasons),
        ],
        rows,
        total=["", TOTAL, *_sums(rows)] if rows else None,
        empty=f"Trong kỳ chưa có đơn vị nào từ {PUBLISH_FROM} lượt đánh giá.",
    )


def _sums(rows: Sequence[Sequence[Cell]]) -> list[Cell]:
    numbers = [[int(cell or 0) for cell in row[2:]] for row in rows]
    return [sum(column) for column in zip(*numbers, strict=True)]
