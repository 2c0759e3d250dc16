"""The index of Decision 766/QD-TTg: six groups, 100 points. Weights are data; what cannot be measured says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from complaints.models import CaseRating
from procedures.models import Channel, Offering, PostedCheckLine, ProcedureVersion, RequiredDocument, Step
from reporting.definitions.on_time import Rate
from reporting.definitions.periods import Month, Span
from reporting.definitions.targets import PUBLISH_FROM
from reporting.models import CaseTally
from reporting.reports.document import LANGUAGE, Cell, Column, Report, Table
from reporting.reports.ii_06a import total_row
from reporting.reports.ii_06a_counts import read_form_06a
from reporting.reports.scope import Scope
from reporting.rollup.cases import PETITION_KINDS
from reporting.rollup.satisfaction import Satisfaction, by_handler, total_satisfaction
from units.texts import wording

DATA: Final = Path(__file__).with_name("data") / "index_766.json"
COLUMNS: Final = (
    Column("TT", 0.5),
    Column("Nhóm, chỉ tiêu", 3.4),
    Column("Điểm tối đa", 0.9, is_number=True, is_given=True),
    Column("Đo được tối đa", 1, is_number=True, is_given=True),
    Column("Số đếm", 1.3, is_number=True),
    Column("Tỷ lệ", 1, is_number=True),
    Column("Điểm", 0.9, is_number=True),
    Column("Cách đo", 5),
)


def index_766(scope: Scope, period: Span, *, at: datetime) -> Report:
    """Five queries. Raises RuleBroken when the dossiers behind it do not add up."""
    rules: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    rates = {
        "published_whole": published_whole(scope, period),
        "on_time": on_time(scope, period, at=at),
        "satisfied": satisfied(scope, period),
        "petitions_on_time": petitions_on_time(scope, period),
        "petitions_content": petitions_content(scope, period),
    }
    rows, reached, reachable = _rows(rules["groups"], rates)
    most = sum(group["points"] for group in rules["groups"])
    return Report(
        form="",
        title="Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ",
        period=period.official,
        scope=scope.words,
        tables=[
            Table(
                "Điểm theo nhóm chỉ số",
                COLUMNS,
                rows,
                total=["", "Cộng", most, reachable, "", "", float(reached), ""],
            )
        ],
        notes=(
            f"Căn cứ {rules['source']}. Điểm = tỷ lệ × điểm tối đa của chỉ tiêu, làm tròn một chữ số thập phân.",
            f"Cổng chỉ đo được tối đa {reachable} trong {most} điểm; đạt {wording.number(reached, LANGUAGE, 1)} điểm."
            " Phần còn lại không cho điểm thay và không suy đoán.",
            "Điểm tối đa của nhóm ghi dấu * chưa kiểm chứng được từ văn bản.",
            "Đánh giá mức hài lòng được ghi theo tháng: kỳ không trọn tháng lấy trọn các tháng có ngày trong kỳ.",
        ),
    )


def on_time(scope: Scope, period: Span, *, at: datetime) -> Rate:
    """(8 + 9) ÷ (7 + 13) of form II.06a: what is left unfinished and overdue counts too."""
    total = total_row(read_form_06a(scope.keys, period.first, period.last, at=at))
    return Rate(total.early + total.on_time, total.resolved + total.overdue)


def satisfied(scope: Scope, period: Span) -> Rate:
    """Of the months that have days in the period; nothing while too few rated."""
    answers = by_handler(Month.of(period.first), Month.of(period.last))
    answer = total_satisfaction(answers.get(key, Satisfaction()) for key in scope.keys)
    return answer.rate if answer.may_be_published else Rate(0, 0)


def petitions_on_time(scope: Scope, period: Span) -> Rate:
    rows = CaseTally.objects.details().filter(unit__in=scope.keys, kind__in=PETITION_KINDS)
    sums = rows.between(period.first, period.last).aggregate(on_time=Sum("on_time"), late=Sum("late"))
    return Rate(sums["on_time"] or 0, (sums["on_time"] or 0) + (sums["late"] or 0))


def petitions_content(scope: Scope, period: Span) -> Rate:
    """Of the months that have days in the period; nothing while too few answered."""
    months = Month.of(period.first).first, Month.of(period.last).first
    rated = CaseRating.objects.filter(unit__in=scope.keys, kind__in=PETITION_KINDS, month__range=months)
    found = rated.aggregate(n=Count("pk"), good=Count("pk", filter=Q(score__gte=CaseRating.Score.PARTLY)))
    return Rate(found["good"], found["n"]) if found["n"] >= PUBLISH_FROM else Rate(0, 0)


def published_whole(scope: Scope, period: Span) -> Rate:
    """Of the procedures offered on the last day, those whose public record has the parts that Decree 63/2010/ND-CP,
    article 8.2, asks of every one, and that no check of the period found posted otherwise, on a wall or the portal."""
    day = period.last
    offered = Offering.objects.in_force(day).filter(procedure=OuterRef("procedure"))
    offered = offered.filter(Q(unit__in=scope.keys) | Q(handler__in=scope.keys))
    parts = (Step, Channel, RequiredDocument)
    has_parts = [Exists(part._default_manager.filter(version=OuterRef("pk"))) for part in parts]
    whole = (Q(term_amount__isnull=False) | ~Q(term_note="")) & Q(audience__len__gt=0)
    whole &= ~Q(competent="") | ~Q(handling="")
    whole &= ~Q(Exists(_found_otherwise(scope, period)))
    for has in has_parts:
        whole &= Q(has)
    versions = ProcedureVersion.objects.in_force(day).filter(Exists(offered)).order_by()
    counted = versions.aggregate(whole=Count("pk", filter=whole), every=Count("pk"))
    return Rate(counted["whole"], counted["every"])


def _found_otherwise(scope: Scope, period: Span) -> QuerySet[PostedCheckLine]:
    """Results of the period's checks that a procedure is not posted as published, at an office of the scope."""
    checked = PostedCheckLine.objects.filter(
        version__procedure=OuterRef("procedure"),
        check_list__office__in=scope.keys,
        check_list__on__range=(period.first, period.last),
        check_list__recorded_at__isnull=False,
    )
    return checked.exclude(wall=PostedCheckLine.Wall.CURRENT, portal=PostedCheckLine.Portal.RIGHT)


def _rows(groups: list[dict[str, Any]], rates: Mapping[str, Rate]) -> tuple[list[list[Cell]], Decimal, int]:
    """A row for each group, then one for each of its parts; the points reached, and those that could be."""
    rows: list[list[Cell]] = []
    reached, reachable = Decimal(0), 0
    for number, group in enumerate(groups, 1):
        name = group["name"] if group["is_verified"] else f"{group['name']} *"
        parts = [_part(f"{number}.{place}", part, rates) for place, part in enumerate(group["parts"], 1)]
        could = sum(part["points"] for part in group["parts"] if _rate(part, rates))
        got = [row[6] for row in parts if isinstance(row[6], float)]
        points = sum((Decimal(str(one)) for one in got), start=Decimal(0))
        rows.append([str(number), name, group["points"], could, "", "", float(points) if got else None, ""])
        rows += parts
        reached, reachable = reached + points, reachable + could
    return rows, reached, reachable


def _rate(part: dict[str, Any], rates: Mapping[str, Rate]) -> Rate | None:
    """None where it is not measured at all, or there is nothing to measure in the period."""
    found = rates.get(part["measure"] or "")
    return found if found and found.denominator else None


def _part(number: str, part: dict[str, Any], rates: Mapping[str, Rate]) -> list[Cell]:
    rate = _rate(part, rates)
    how = part["how"] if rate or not part["measure"] else f"{part['how']} Trong kỳ chưa có gì để đo."
    if rate is None:
        return [number, part["name"], part["points"], 0, None, None, None, how]
    assert rate.exact is not None
    assert rate.ratio is not None
    points = (Decimal(part["points"]) * rate.ratio).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    counted = f"{wording.number(rate.numerator, LANGUAGE)} / {wording.number(rate.denominator, LANGUAGE)}"
    share = wording.percent(rate.ratio, LANGUAGE)
    return [number, part["name"], part["points"], part["points"], counted, share, float(points), how]
