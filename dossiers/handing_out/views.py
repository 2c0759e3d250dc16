"""Hands results out by scanning receipts: checks, the form, and the link to rate the service.

Each dossier has one URL here; its page depends on the state of the dossier.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff.operations import Operation
from accounts.staff.pages import Role, staff_only, typed_before
from dossiers.clock.states import Status
from dossiers.events.record import note_readings
from dossiers.explanation.log import title_of
from dossiers.explanation.wording import WITHOUT_RESULT, deadline_badge, state_words
from dossiers.handover.barcode import scanned_dossier
from dossiers.handover.views.scanning import scanned_text
from dossiers.models import Dossier, DossierEvent, ResultRecord, ReturnRecord
from dossiers.operations.finishing.actions import is_someone_else
from dossiers.operations.perform import NotNow, not_now_words, perform
from dossiers.operations.registry import OPERATIONS
from dossiers.permissions import may_return, own_file
from dossiers.slips.pdf import LANGUAGE
from dossiers.tracking.rating.actions import check_may_be_rated
from units.calendar.lookup import working_calendar
from units.rules import RuleBroken
from units.texts.typesetting import qr


@staff_only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, user: User) -> HttpResponse:
    """The scan field. The same message for a dossier not found and for one of another desk."""
    if request.method == "GET":
        return render(request, "dossiers/handing_out/start.html", {"tab": "returning"})
    typed, why = scanned_text(request), _("Không tìm thấy hồ sơ này trong các hồ sơ của quầy.")
    try:
        dossier = scanned_dossier(typed, user)
        if may_return(user, dossier):
            return redirect("dossiers:giving", dossier.code)
    except RuleBroken:
        pass
    return render(
        request, "dossiers/handing_out/start.html", {"tab": "returning", "typed": typed, "why": why}, status=404
    )


@staff_only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """GET: what to check, or where the dossier is, or who received the result. POST: hands it out."""
    at, file = timezone.now(), own_file(user, code)
    if not may_return(user, file):
        raise Http404
    operation = OPERATIONS["tra-giay-to" if file.outcome in WITHOUT_RESULT else "tra-ket-qua"]
    note_readings(dossiers=[file], user=user, page=operation.slug, at=at)
    if request.method == "POST":
        return _post(request, user, file, operation, at)
    if file.state is Status.RETURNED:
        return _handed_out_page(request, file, at)
    typed = typed_before(request, user)  # bound, it shows what was typed; nothing is done
    form = operation.form(typed, dossier=file, user=user, at=at) if operation.may(user, file) else None
    return _page(request, file, operation, form, at)


def _post(
    request: HttpRequest, user: User, file: Dossier, operation: Operation[Dossier], at: datetime
) -> HttpResponse:
    try:
        form, since = perform(operation, file, user, request.POST, at)
    except NotNow:  # somebody else was faster, perhaps
        messages.warning(request, not_now_words(file, operation))
        return redirect("dossiers:giving", file.code)
    if form.is_valid() and not since:
        messages.success(request, _("Đã trả hồ sơ %(code)s.") % {"code": file.code})
        return redirect("dossiers:giving", file.code)
    return _page(request, file, operation, form, at, since=since, status=409 if since else 422)


def _page(
    request: HttpRequest,
    file: Dossier,
    operation: Operation[Dossier],
    form: forms.Form | None,
    at: datetime,
    *,
    since: Sequence[DossierEvent] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "dossier": file,
        "operation": operation,
        "form": form,
        "seen": file.events.order_by("-number").values_list("number", flat=True).first(),
        "since": [(event, title_of(event, file)) for event in since],
        "result": ResultRecord.objects.filter(dossier=file).first(),
        "originals": [paper for paper in getattr(file, "papers", ()) if paper["originals"]],
        "badge": deadline_badge(file, at, working_calendar(file.desk)),
        "status": state_words(file),
        "tab": "returning",
    }
    return render(request, "dossiers/handing_out/giving.html", context, status=status)


def _handed_out_page(request: HttpRequest, file: Dossier, at: datetime) -> HttpResponse:
    """Who received the result, by role, and when; with the link by which the citizen may rate once."""
    with translation.override(LANGUAGE):
        address = settings.PORTAL_URL + reverse("dossiers:rating", args=[file.code])
    context = {"dossier": file, "whom": _receiver_role(file), "tab": "returning"}
    if _may_be_rated(file, at):
        context |= {"rate_at": address, "rate_qr": mark_safe(qr(address))}  # noqa: S308
    return render(request, "dossiers/handing_out/given.html", context)


def _may_be_rated(file: Dossier, at: datetime) -> bool:
    try:
        check_may_be_rated(file, at)
    except RuleBroken:
        return False
    return not hasattr(file, "rated")


def _receiver_role(file: Dossier) -> str:
    """Who received the result, by role; the page shows no names."""
    record = file.return_record
    if record.method != ReturnRecord.Method.DESK:
        return str(record.get_method_display())
    return _("Người nhận thay") if is_someone_else(record.receiver_name, file) else _("Người nộp hồ sơ")
