"""Official reports of the units one leads: as a page, as files, and signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from reporting.definitions.periods import Span
from reporting.models import SignedReport
from reporting.permissions import reader_of, units_of
from reporting.reports.actions import EMPTY, sign_report
from reporting.reports.document import CellChange, Report, changes, from_content
from reporting.reports.files import paper_data, report_pdf, report_xlsx
from reporting.reports.forms import ReportForm
from reporting.reports.kinds import Kind, build
from reporting.reports.scope import Scope
from units.models import Unit
from units.rules import RuleBroken

PAGE_SIZE = 30
PDF, XLSX = "pdf", "xlsx"
TYPES = {PDF: "application/pdf", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """The requested report, as counted now."""

    kind: Kind
    scope: Scope
    period: Span
    report: Report
    at: datetime

    @property
    def signed(self) -> list[SignedReport]:
        """Its versions, the newest first."""
        rows = SignedReport.objects.of(
            self.kind,
            self.scope.unit,
            with_below=self.scope.with_below,
            first=self.period.first,
            last=self.period.last,
        )
        return list(rows.select_related("signed_by"))


@never_cache
@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """`/dieu-hanh/bao-cao/`: every kind of report, and those that were signed for the units in sight."""
    units = units_of(request)
    signed = SignedReport.objects.filter(unit__in=units).select_related("unit", "signed_by").defer("content")
    page = Paginator(signed, PAGE_SIZE).get_page(request.GET.get("trang"))
    return render(request, "reporting/reports/reports.html", {"kinds": list(Kind), "page": page})


@never_cache
@login_required
@require_safe
def report(request: HttpRequest, kind: str) -> HttpResponse:
    """`/dieu-hanh/bao-cao/bieu-06a/?don-vi=…&pham-vi=ca-cay&ky=2026-Q3`: one report as it is counted now."""
    return _page(request, _kind(kind), form := _form(request, request.GET), _requested(_kind(kind), form))


@never_cache
@login_required
@require_safe
def report_file(request: HttpRequest, kind: str, ending: str) -> HttpResponse:
    """The same as a file, marked as not signed; 422 where there is a mistake in what was asked."""
    requested = _requested(_kind(kind), form := _form(request, request.GET))
    if requested is None:
        return render(request, "reporting/reports/report.html", {"form": form, "kind": _kind(kind)}, status=422)
    data = paper_data(requested.report, _with_parents(requested.scope.unit), at=requested.at)
    return _file(data, ending, f"{requested.kind}-{requested.scope.unit.slug}-{requested.period}")


@never_cache
@login_required
@require_POST
def sign(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the figures with what signing means, then sign them with a second press (`xac-nhan`).

    `dau`, the fingerprint of what the signer saw, must be that of the report as it is now.
    """
    requested = _requested(_kind(kind), form := _form(request, request.POST))
    if requested is None:
        return _page(request, _kind(kind), form, requested)
    if request.POST.get("dau") != requested.report.fingerprint:
        return _page(request, requested.kind, form, requested, refused=_("Số liệu vừa thay đổi. Xin xem lại rồi ký."))
    if "xac-nhan" not in request.POST:
        return _confirmation(request, form, requested)
    try:
        made = sign_report(
            kind=requested.kind,
            scope=requested.scope,
            period=requested.period,
            report=requested.report,
            actor=reader_of(request),
            at=requested.at,
        )
    except RuleBroken as broken:
        return _page(request, requested.kind, form, requested, refused=broken.message)
    messages.success(request, _("Đã ký báo cáo số %(number)d.") % {"number": made.number})
    return redirect("reporting:signed_report", made.pk)


@never_cache
@login_required
@require_safe
def signed_report(request: HttpRequest, pk: int) -> HttpResponse:
    """One signed version as printed, and its differences from the figures of today."""
    units, at = units_of(request), timezone.now()
    signed = _signed(units, pk)
    scope = Scope.of(signed.unit, units, with_below=signed.with_below)
    then = from_content(signed.as_printed)
    context = {
        "signed": signed,
        "report": then,
        "number": signed.as_printed["number"],
        "newer": SignedReport.objects.filter(version__gt=signed.version).of(
            signed.kind, signed.unit, with_below=signed.with_below, first=signed.first, last=signed.last
        ),
        **_difference(then, Kind(signed.kind), scope, signed.period, at),
    }
    return render(request, "reporting/reports/signed.html", context)


@never_cache
@login_required
@require_safe
def signed_file(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """The signed version as a file, printed again from its stored data."""
    signed = _signed(units_of(request), pk)
    name = f"{signed.kind}-{signed.unit.slug}-{signed.period}-v{signed.version}"
    return _file(signed.as_printed, ending, name, sha256=signed.sha256)


def _confirmation(request: HttpRequest, form: ReportForm, requested: ReportRequest) -> HttpResponse:
    """The figures once more, with the button that signs them; with the reason instead where they cannot be signed."""
    signed = requested.signed
    if requested.report.is_empty or not requested.period.is_over(requested.at):
        refused = EMPTY if requested.report.is_empty else _("Kỳ báo cáo chưa kết thúc nên chưa ký được.")
        return _page(request, requested.kind, form, requested, refused=str(refused))
    context = {
        "kind": requested.kind,
        "query": form.query,
        "query_string": urlencode(form.query),
        "report": requested.report,
        "unit": requested.scope.unit,
        "version": 1 + (signed[0].version if signed else 0),
        "at": requested.at,
    }
    return render(request, "reporting/reports/confirm.html", context)


def _page(
    request: HttpRequest, kind: Kind, form: ReportForm, requested: ReportRequest | None, *, refused: str = ""
) -> HttpResponse:
    """The report with the form above it; without it where what was asked has a mistake or it cannot be made."""
    context: dict[str, Any] = {"form": form, "kind": kind, "refused": refused}
    if requested is not None:
        signed = requested.signed
        then = from_content(signed[0].as_printed) if signed else None
        context |= {
            "report": requested.report,
            "query": form.query,
            "query_string": urlencode(form.query),
            "signed": signed,
            "changes": changes(then, requested.report) if then else [],
            "is_same": bool(then and then.fingerprint == requested.report.fingerprint),
            "is_over": requested.period.is_over(requested.at),
            "at": requested.at,
        }
    is_bad = refused or requested is None
    return render(request, "reporting/reports/report.html", context, status=422 if is_bad else 200)


def _requested(kind: Kind, form: ReportForm) -> ReportRequest | None:
    """None, with an error in the form, where the report cannot be made. Raises Http404 for a unit that the reader does
    not lead."""
    unit = next((unit for unit in form.units if unit.slug == form["don-vi"].value()), None)
    if unit is None:
        raise Http404
    if not form.is_valid():
        return None
    scope = Scope.of(unit, form.units, with_below=form.with_below)
    try:
        made = build(kind, scope, form.period, at=form.at)
    except RuleBroken as broken:
        form.add_error(broken.field, broken.message)
        return None
    return ReportRequest(kind, scope, form.period, made, form.at)


def _difference(then: Report, kind: Kind, scope: Scope, period: Span, at: datetime) -> dict[str, Any]:
    try:
        now = build(kind, scope, period, at=at)
    except RuleBroken as broken:
        return {"cannot": broken.message}
    found: list[CellChange] = changes(then, now)
    return {"changes": found, "is_same": then.fingerprint == now.fingerprint}


def _file(data: dict[str, Any], ending: str, name: str, *, sha256: str = "") -> HttpResponse:
    if ending not in TYPES:
        raise Http404
    made = report_pdf(data, sha256=sha256) if ending == PDF else report_xlsx(data, is_signed=bool(sha256))
    answer = HttpResponse(made, content_type=TYPES[ending])
    answer.headers["Content-Disposition"] = (
        f'{"inline" if ending == PDF else "attachment"}; filename="{name}.{ending}"'
    )
    return answer


def _form(request: HttpRequest, data: QueryDict) -> ReportForm:
    requested = {name: data[name] for name in ("don-vi", "pham-vi", "ky", "tu", "den") if name in data}
    return ReportForm(requested, at=timezone.now(), units=units_of(request))


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError as unknown:
        raise Http404 from unknown


def _signed(units: list[Unit], pk: int) -> SignedReport:
    rows = SignedReport.objects.select_related("unit", "signed_by").filter(unit__in=units)
    return get_object_or_404(rows, pk=pk)


def _with_parents(unit: Unit) -> Unit:
    return Unit.objects.select_related("kind", "parent__parent").get(pk=unit.pk)
