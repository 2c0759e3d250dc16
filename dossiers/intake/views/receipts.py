"""The receipts of one or several dossiers as one PDF."""

from __future__ import annotations

from datetime import datetime

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.staff.pages import staff_only
from dossiers.events.record import note_readings
from dossiers.intake.register_several import MOST_AT_ONCE
from dossiers.models import READING_ROLES, Dossier, Slip
from dossiers.permissions import own_file
from dossiers.slips.issued import issued_data
from dossiers.slips.paper import Data, Form, as_copy, batch_pdf
from dossiers.slips.receipt import receipt_data
from dossiers.slips.views import look_up_address


@xframe_options_sameorigin  # the registration page prints it without leaving
@csp_replace({"frame-ancestors": ["'self'"]})
@staff_only(*READING_ROLES)
@require_GET
def receipt(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """The receipt as PDF; only for an accepted dossier."""
    return _pdf(request, user, [code])


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})
@staff_only(*READING_ROLES)
@require_GET
def receipts(request: HttpRequest, user: User) -> HttpResponse:
    """The receipts of the dossiers in `ma`, in one file; Http404 when this person may not read one of them."""
    codes = list(dict.fromkeys(request.GET.getlist("ma")))
    if not 1 <= len(codes) <= MOST_AT_ONCE:
        raise Http404
    return _pdf(request, user, codes)


def _pdf(request: HttpRequest, user: User, codes: list[str]) -> HttpResponse:
    at, files = timezone.now(), [own_file(user, code) for code in codes]
    made = batch_pdf((Form.RECEIPT, _data(request, file, at)) for file in files)
    note_readings(dossiers=files, user=user, page="receipt", at=at)
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{codes[0]}.pdf"'
    return answer


def _data(request: HttpRequest, file: Dossier, at: datetime) -> Data:
    """The data of one receipt; a reprint is marked as a copy."""
    if file.received_at is None:
        raise Http404
    copied_at = at if file.readings.filter(page="receipt").exists() else None
    address = look_up_address(request, file)
    issued = file.slips.filter(form=Slip.Form.RECEIPT, replaced_at=None).select_related("unit").first()
    if issued is not None:  # corrected since: printed as issued
        return issued_data(issued, look_up_address=address, copied_at=copied_at)
    data = receipt_data(file, file.events.in_order(), file.documents.all(), address)
    return as_copy(data, copied_at) if copied_at else data
