"""Shows, adds and withdraws scans of a dossier's papers."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import staff_only, typed_before
from accounts.staff.permissions import WORKING_ROLES
from dossiers.events.record import note_readings
from dossiers.models import READING_ROLES, Dossier, Scan
from dossiers.permissions import may_scan, own_file
from dossiers.readings.gate import open_dossier
from dossiers.scans.actions import add_scans, withdraw_scan
from dossiers.scans.forms import ScanForm, WithdrawForm
from files.storage.serving import answer_with
from files.uploads.handler import stopped
from units.rules import RuleBroken

TOO_LARGE = 413


@staff_only(*READING_ROLES)
@require_GET
def scan(request: HttpRequest, user: User, code: str, pk: int) -> HttpResponseBase:
    """One scan; Http404 for a withdrawn one."""
    file = own_file(user, code)
    shown = _scan(file, pk)
    if asks := open_dossier(request, user, file, page=f"scan {pk}", at=timezone.now()):
        return asks
    return answer_with(shown.file)


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """GET: the form. POST: stores all files, or shows why each rejected one is unfit."""
    at, file = timezone.now(), _scannable(user, code)
    if request.method == "POST":
        return _add(request, user, file, at)
    note_readings(dossiers=[file], user=user, page="scans", at=at)
    form = ScanForm(dossier=file, asked=request.GET.get("giay-to", ""))
    form.initial.update(first_values(typed_before(request, user)))
    return _form(request, "add", file, form)


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, user: User, code: str, pk: int) -> HttpResponse:
    """GET: asks for the reason. POST: withdraws the scan."""
    at, file = timezone.now(), _scannable(user, code)
    gone, typed = _scan(file, pk), request.POST if request.method == "POST" else typed_before(request, user)
    form = WithdrawForm(typed)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_scan(scan=gone, reason=form.cleaned_data["reason"], actor=user, at=at)
            return redirect(f"{file.get_absolute_url()}#giay-to")
        except RuleBroken as broken:
            add_broken(form, broken)
    note_readings(dossiers=[file], user=user, page="scan withdrawal", at=at)
    return _form(request, "withdraw", file, form, 422 if request.method == "POST" else 200, scan=gone)


def _add(request: HttpRequest, user: User, file: Dossier, at: datetime) -> HttpResponse:
    too_large = stopped(request)
    form = ScanForm(request.POST, request.FILES, dossier=file)
    if form.is_valid() and not too_large:
        try:
            added = len(add_scans(dossier=file, uploads=form.all_uploads, **form.of, actor=user, at=at))
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            _show_messages(request, added, len(form.all_uploads))
            return redirect(f"{file.get_absolute_url()}#giay-to")
    for words in too_large:
        form.add_error("uploads", words)
    note_readings(dossiers=[file], user=user, page="scans", at=at)
    return _form(request, "add", file, form, TOO_LARGE if too_large else 422)


def _show_messages(request: HttpRequest, added: int, chosen: int) -> None:
    """Messages: how many scans are new, and how many files the dossier had already."""
    if added:
        words = ngettext("Đã thêm %(n)d bản quét.", "Đã thêm %(n)d bản quét.", added)
        messages.success(request, words % {"n": added})
    if skipped := chosen - added:
        words = ngettext("%(n)d tệp đã có trong hồ sơ từ trước.", "%(n)d tệp đã có trong hồ sơ từ trước.", skipped)
        messages.info(request, words % {"n": skipped})


def _scannable(user: User, code: str) -> Dossier:
    file = own_file(user, code)
    if not may_scan(user, file):
        raise Http404
    return file


def _scan(file: Dossier, pk: int) -> Scan:
    return get_object_or_404(file.scans.in_force().select_related("file"), pk=pk)


def _form(
    request: HttpRequest, page: str, file: Dossier, form: ScanForm | WithdrawForm, status: int = 200, **more: Scan
) -> HttpResponse:
    context = {"dossier": file, "form": form, "tab": "queue"} | more
    return render(request, f"dossiers/scans/{page}.html", context, status=status)
