"""Signing reports: a signed report never changes; other figures make a new version."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from reporting.definitions.periods import Span
from reporting.models import SignedReport, SignedReportQuerySet
from reporting.reports.document import Report, digest, from_content, written
from reporting.reports.files import paper_data
from reporting.reports.scope import Scope
from units.models import Unit
from units.rules import RuleBroken
from units.texts import wording

EMPTY: Final = gettext_lazy("Báo cáo không có số liệu nào nên không ký được.")


@transaction.atomic
def sign_report(*, kind: str, scope: Scope, period: Span, report: Report, actor: User, at: datetime) -> SignedReport:
    """Store the report as printed, under the next number and version of its unit.

    Raises RuleBroken while the period is not over, when nothing was counted, and when the last version says the same.
    """
    if not period.is_over(at):
        raise RuleBroken(_("Kỳ báo cáo chưa kết thúc nên chưa ký được."))
    if report.is_empty:
        raise RuleBroken(str(EMPTY))
    unit = _locked(scope.unit)
    last = _versions(kind, scope, period).first()
    if last and from_content(last.as_printed).fingerprint == report.fingerprint:
        raise RuleBroken(_("Số liệu không khác bản đã ký, không cần ký phiên bản mới."))
    year = wording.day_of(at).year
    number = 1 + (SignedReport.objects.filter(unit=unit, year=year).aggregate(last=Max("number"))["last"] or 0)
    version = 1 + (last.version if last else 0)
    content = paper_data(report, unit, at=at, number=number, version=version, signer=str(actor))
    return SignedReport.objects.create(
        kind=kind,
        unit=unit,
        with_below=scope.with_below,
        first=period.first,
        last=period.last,
        version=version,
        year=year,
        number=number,
        made_at=at,
        signed_by=actor,
        content=written(content),
        sha256=digest(content),
    )


def _locked(unit: Unit) -> Unit:
    """Locks the unit, so that numbers and versions have no gaps."""
    rows = Unit.objects.select_for_update(of=("self",)).select_related("kind", "parent__parent")
    return rows.get(pk=unit.pk)


def _versions(kind: str, scope: Scope, period: Span) -> SignedReportQuerySet:
    return SignedReport.objects.of(kind, scope.unit, with_below=scope.with_below, first=period.first, last=period.last)
