"""The page of one operation: its form, and what was done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.form_recovery import first_values
from accounts.staff.operations import Operation
from accounts.staff.pages import staff_only, typed_before
from complaints.clock.states import Kind
from complaints.events.record import note_case_readings
from complaints.models import Case, CaseEvent
from complaints.models.people import TextSort
from complaints.operations.registry import OPERATIONS
from complaints.operations.visible_case import visible_case
from complaints.permissions import INBOX_ROLES, may_read
from files.storage.actions import all_or_nothing
from files.uploads.handler import stopped
from units.rules import RuleBroken

SEEN = "seen"


FILL = "fill"


TOO_LARGE = 413


@staff_only(*INBOX_ROLES)
@require_http_methods(["GET", "POST"])
def operation(request: HttpRequest, user: User, code: str, slug: str) -> HttpResponse:
    """GET: the form of one operation. POST: do it, or say beside the field why not."""
    at, found = timezone.now(), visible_case(user, code)
    if slug not in OPERATIONS:
        raise Http404
    chosen = OPERATIONS[slug]
    if not chosen.may(user, found):
        messages.warning(request, _("Việc này không làm được ở bước hiện tại của vụ việc."))
        return redirect(found)
    if request.method == "POST":
        if chosen.fills and request.POST.get("doing") == FILL:
            data = chosen.form(request.POST, case=found, user=user, at=at).filled(request.POST)  # type: ignore[attr-defined]
            form = chosen.form(None, case=found, user=user, at=at)
            form.initial.update(first_values(data))
            return _operation_page(request, found, chosen, form)
        return _done(request, user, found, chosen, at)
    note_case_readings(cases=[found], user=user, page=slug, at=at)
    typed = typed_before(request, user)
    return _operation_page(request, found, chosen, chosen.form(typed, case=found, user=user, at=at))


def _done(request: HttpRequest, user: User, found: Case, chosen: Operation[Case], at: datetime) -> HttpResponse:
    unread = stopped(request) if chosen.takes_files else []
    sent = {"files": request.FILES} if chosen.takes_files else {}
    with all_or_nothing():
        Case.objects.select_for_update().filter(pk=found.pk).values_list("pk").first()
        since = _since(found, request.POST.get(SEEN, ""))
        form = chosen.form(request.POST, case=found, user=user, at=at, **sent)
        for words in unread:
            form.add_error("uploads", words)
        if form.is_valid() and not since:
            try:
                with transaction.atomic():
                    made = chosen.do(found, form, user, at)
            except RuleBroken as broken:
                add_broken(form, broken)
    if form.is_valid() and not since:
        messages.success(request, _done_message(chosen, found, made))
        return redirect(found if may_read(user, found) else "complaints:inbox")
    return _operation_page(
        request, found, chosen, form, since=since, status=TOO_LARGE if unread else 409 if since else 422
    )


def _done_message(chosen: Operation[Case], found: Case, made: object) -> str:
    """That it was done; of a plain case made by it the code. Messages are stored, so the secret is not in them: the
    slip with both codes is printed on that case's page."""
    if isinstance(made, Case) and made.pk != found.pk and not made.is_sealed:
        words = _("Đã ghi: %(act)s. Vụ việc mới %(code)s: in phiếu tra cứu ở trang của vụ việc ấy để đưa người gửi.")
        return words % {"act": chosen.label, "code": made.code}
    return _("Đã ghi: %(act)s.") % {"act": chosen.label}


def _since(found: Case, seen: str) -> list[CaseEvent]:
    if not seen.isdecimal():
        return []
    return list(found.events.filter(number__gt=int(seen[:9])).select_related("unit", "actor"))


def _operation_page(
    request: HttpRequest, found: Case, chosen: Operation[Case], form: forms.Form, *, since: Any = (), status: int = 200
) -> HttpResponse:
    seen = found.events.order_by("-number").values_list("number", flat=True).first()
    context: dict[str, Any] = {
        "case": found,
        "operation": chosen,
        "form": form,
        "seen": seen,
        "since": since,
        "tab": "cases",
    }
    if chosen.slug == "tra-loi" and found.kind == Kind.FIELD_REPORT:
        context["lacks_evidence"] = not found.files.filter(is_evidence=True).exists()
    if chosen.shows_letter:
        context["letters"] = [one.text for one in found.texts.all() if one.sort == TextSort.CONTENT]
    if found.draft and chosen.slug == "tra-loi" and not found.is_sealed:
        context["draft_by"] = next((one.actor for one in found.events.all() if one.number == found.draft), None)
    return render(request, "complaints/operations/operation.html", context, status=status)
