"""The receipts of one or several dossiers as one PDF.

GET shows them without a secret. POST prints them: each gets a new secret, which ends the one printed before, since
only hashes are stored. So no address that a browser loads by itself, or once more, ends a secret.
"""

from __future__ import annotations

from datetime import datetime

from csp.decorators import csp_replace
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods

from accounts.citizens.row_secrets import give_secret
from accounts.models import User
from accounts.staff.pages import staff_only
from dossiers.events.record import note_readings
from dossiers.intake.register_several import MOST_AT_ONCE
from dossiers.models import READING_ROLES, Dossier, Slip
from dossiers.permissions import may_return, own_file
from dossiers.readings.gate import ask_for_reason
from dossiers.readings.ground import ground_of
from dossiers.slips.issued import issued_data
from dossiers.slips.pdf import Data, Form, as_copy, as_view, batch_pdf
from dossiers.slips.receipt import receipt_data, with_secret
from dossiers.slips.views import look_up_address

PRINTED, SHOWN = "receipt", "receipt shown"


@xframe_options_sameorigin  # the registration page prints it without leaving
@csp_replace({"frame-ancestors": ["'self'"]})
@staff_only(*READING_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """The receipt as PDF; only for an accepted dossier."""
    return _pdf(request, user, [code])


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})
@staff_only(*READING_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest, user: User) -> HttpResponse:
    """The receipts of the dossiers in `ma`, in one file; Http404 when this person may not read one of them."""
    given = request.POST if request.method == "POST" else request.GET
    codes = list(dict.fromkeys(given.getlist("ma")))
    if not 1 <= len(codes) <= MOST_AT_ONCE:
        raise Http404
    return _pdf(request, user, codes)


@transaction.atomic
def _pdf(request: HttpRequest, user: User, codes: list[str]) -> HttpResponse:
    """Secrets change only if the file could be made. Http404 for printing at a desk that is not this person's."""
    at, files, is_print = timezone.now(), [own_file(user, code) for code in codes], request.method == "POST"
    if is_print and not all(may_return(user, file) for file in files):
        raise Http404
    for file in files:
        if asks := ask_for_reason(request, user, file, ground_of(user, file), at):
            return asks
    draw = _printed if is_print else _shown
    made = batch_pdf([(Form.RECEIPT, draw(request, file, at)) for file in files])
    note_readings(dossiers=files, user=user, page=PRINTED if is_print else SHOWN, at=at)
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{codes[0]}.pdf"'
    return answer


def _shown(request: HttpRequest, file: Dossier, at: datetime) -> Data:
    return as_view(_data(request, file))


def _printed(request: HttpRequest, file: Dossier, at: datetime) -> Data:
    """With a new secret; a reprint is marked as a copy and says that the earlier secret has ended."""
    data, had_one = _data(request, file), file.secret_hash is not None
    is_copy = file.readings.filter(page=PRINTED).exists()
    data = with_secret(data, give_secret(row=file), ends_earlier=had_one)
    return as_copy(data, at) if is_copy else data


def _data(request: HttpRequest, file: Dossier) -> Data:
    if file.received_at is None:
        raise Http404
    address = look_up_address(request, file)
    issued = file.slips.filter(form=Slip.Form.RECEIPT, replaced_at=None).select_related("unit").first()
    if issued is not None:  # corrected since: printed as issued
        return issued_data(issued, look_up_address=address)
    return receipt_data(file, file.events.in_order(), file.documents.all(), address)
