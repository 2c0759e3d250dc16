"""Files of a case: of a plain one out of the store, of a sealed one out of its boxes, for its named handlers alone."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.staff.pages import staff_only
from complaints.events.record import note_case_readings
from complaints.models import CaseFile, SealedBox
from complaints.operations.visible_case import visible_case
from complaints.permissions import INBOX_ROLES
from complaints.sealed.opening import open_scan
from files.kinds import ENDINGS, MIME
from files.sniffing.content import kind_of
from files.storage.serving import POLICY, answer_with

AS_IT_IS: Final = ""


@staff_only(*INBOX_ROLES)
@require_safe
def file(request: HttpRequest, user: User, code: str, pk: int) -> HttpResponseBase:
    """A file of a plain case; that it was opened is recorded."""
    found = visible_case(user, code)
    file = get_object_or_404(CaseFile.objects.select_related("stored"), pk=pk, case=found)
    note_case_readings(cases=[found], user=user, page=f"file {pk}", at=timezone.now())
    return answer_with(file.stored)


@staff_only(*INBOX_ROLES)
@require_safe
def scan(request: HttpRequest, user: User, code: str, pk: int) -> HttpResponse:
    """A sealed scan, decrypted for this response alone; the reading is recorded first."""
    found = visible_case(user, code)
    if not found.is_sealed:
        raise Http404
    try:
        data = open_scan(case=found, key=pk, reader=user, at=timezone.now())
    except SealedBox.DoesNotExist as missing:
        raise Http404 from missing
    kind = kind_of(data, AS_IT_IS)
    answer = HttpResponse(data, content_type=MIME[kind])
    answer.headers["Content-Disposition"] = f'inline; filename="{pk}.{ENDINGS[kind][0]}"'
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
