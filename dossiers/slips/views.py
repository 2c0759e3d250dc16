"""Issued slips as PDF."""

from __future__ import annotations

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.staff.pages import staff_only
from dossiers.models import READING_ROLES, Dossier, Slip
from dossiers.permissions import own_file
from dossiers.readings.gate import open_dossier
from dossiers.slips.actions import note_print
from dossiers.slips.issued import issued_data
from dossiers.slips.pdf import LANGUAGE, as_view, slip_pdf

PDF = "application/pdf"


@xframe_options_sameorigin  # the registration page prints it without leaving
@csp_replace({"frame-ancestors": ["'self'"]})
@staff_only(*READING_ROLES)
@require_GET
def slip(request: HttpRequest, user: User, code: str, pk: int) -> HttpResponse:
    """An issued slip as PDF; a reprint is marked as a copy. A receipt has no secret here: `intake/views/receipts.py`
    prints it with one."""
    file, at = own_file(user, code), timezone.now()
    paper = get_object_or_404(file.slips.select_related("unit"), pk=pk)
    if asks := open_dossier(request, user, file, page=f"slip {paper.form}", at=at):
        return asks
    copied_at = at if note_print(paper) else None
    data = issued_data(paper, look_up_address=look_up_address(request, file), copied_at=copied_at)
    made = slip_pdf(paper.form, as_view(data) if paper.form == Slip.Form.RECEIPT else data)
    return file_response(made, PDF, f"{file.code}-{paper.form}-{paper.number}.pdf", True)


def look_up_address(request: HttpRequest, file: Dossier) -> str:
    """The absolute URL of the dossier's public page, in the slip's language."""
    with translation.override(LANGUAGE):
        return request.build_absolute_uri(reverse("dossiers:tracking", args=[file.code]))


def file_response(content: bytes, kind: str, name: str, shown: bool) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{name}"'
    return answer
