"""The page of one operation on a dossier, the same for all of them; and all of them for machines.

A page may be old: somebody else moved the dossier while it lay open. Then nothing is done; the page comes back with
what happened since and with everything that was typed, and a second press does it. Where the operation is no longer
possible, the page says so, and still shows what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff.operations import Operation
from accounts.staff.pages import staff_only, typed_before
from dossiers.events.record import note_readings
from dossiers.explanation.log import title_of
from dossiers.models import READING_ROLES, Dossier, DossierEvent
from dossiers.operations.perform import NotNow, not_now_words, perform
from dossiers.operations.registry import OPERATIONS
from dossiers.permissions import visible_file
from dossiers.readings.gate import open_dossier
from files.uploads.handler import stopped

TEXT = (forms.TextInput, forms.Textarea)
ONE_CONTROL = (*TEXT, forms.Select)
TOO_LARGE = 413


@staff_only(*READING_ROLES)
@require_http_methods(["GET", "POST"])
def operation(request: HttpRequest, user: User, code: str, slug: str) -> HttpResponse:
    """GET: the form of one operation. POST: do it, or say beside the field why not."""
    at, file, chosen = timezone.now(), visible_file(user, code), _act(slug)
    if request.method == "POST":
        return _post(request, user, file, chosen, at)
    if not chosen.may(user, file):
        messages.warning(request, not_now_words(file, chosen))
        return redirect(file)
    if asks := open_dossier(request, user, file, page=slug, at=at):
        return asks
    typed = typed_before(request, user)  # bound, it shows what was typed; nothing is done
    form = chosen.form(typed, dossier=file, user=user, at=at)
    _begin_in_first_field(form)
    return _page(request, file, chosen, form)


def _begin_in_first_field(form: forms.Form) -> None:
    """The first field has the focus: by keyboard one would have to pass a dozen links of the header.

    Errors, when there are any, have the focus. A group of ticks cannot take it as one and is left.
    """
    first = next(iter(form.visible_fields()), None)
    if first and isinstance(first.field.widget, ONE_CONTROL) and not form.errors:
        first.field.widget.attrs["autofocus"] = True


def _post(request: HttpRequest, user: User, file: Dossier, chosen: Operation[Dossier], at: datetime) -> HttpResponse:
    unread = stopped(request) if chosen.takes_files else []
    try:
        form, since = perform(chosen, file, user, request.POST, at, files=request.FILES, unread=unread)
    except NotNow as refused:
        note_readings(dossiers=[file], user=user, page=chosen.slug, at=at)
        more = {"refused": str(refused), "typed": _typed(refused.form)}
        return _page(request, file, chosen, None, since=refused.since, status=409, **more)
    if form.is_valid() and not since:
        messages.success(request, _("Đã làm: %(act)s.") % {"act": chosen.label})
        return redirect(file if file.is_read_by(user) else "dossiers:queue")  # what was not taken over is not ours
    note_readings(dossiers=[file], user=user, page=chosen.slug, at=at)
    had_files = bool(unread or request.FILES)
    status = TOO_LARGE if unread else 409 if since else 422
    return _page(request, file, chosen, form, since=since, status=status, had_files=had_files)


def _typed(form: forms.Form) -> list[tuple[str, str]]:
    """What somebody wrote in words, by label, to be copied."""
    written = [field for field in form.visible_fields() if isinstance(field.field.widget, TEXT)]
    return [(str(field.label), str(field.value())) for field in written if field.value()]


def _act(slug: str) -> Operation[Dossier]:
    if slug not in OPERATIONS:
        raise Http404
    return OPERATIONS[slug]


def _page(
    request: HttpRequest,
    file: Dossier,
    chosen: Operation[Dossier],
    form: forms.Form | None,
    *,
    since: Sequence[DossierEvent] = (),
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    seen = file.events.order_by("-number").values_list("number", flat=True).first()
    context = {"dossier": file, "operation": chosen, "form": form, "seen": seen, "tab": "queue"}
    context["since"] = [(event, title_of(event, file)) for event in since]
    return render(request, "dossiers/operations/operation.html", context | more, status=status)
