"""Messages that were set aside: the list, one message, and its bytes.

Opening one is recorded first. Those that may be secret are for inspectors alone; so nothing typed here is stored in a
session either.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.pages import staff_only
from complaints.intake.mailbox.attempts import retry_mail
from complaints.intake.mailbox.forms import AddingForm, DismissForm, FilingForm
from complaints.intake.mailbox.messages import ParsedMail, parse_mail
from complaints.intake.mailbox.set_aside import MAIL_NAME, add_mail, dismiss_mail, file_mail, hand_out_mail, open_mail
from complaints.intake.mailbox.threads import CODE
from complaints.models import Mail
from complaints.permissions import INBOX_ROLES, may_read
from files.storage.serving import POLICY
from files.wording import size_words
from units.rules import RuleBroken

PAGE: Final = 50
NOT_READ: Final = ParsedMail("", "")
"""In place of a message that ended the worker three times: the web does not read it either."""

DOING, FILE, ADD, DISMISS, RETRY = "doing", "lap", "them", "bo", "lai"


@staff_only(*INBOX_ROLES)
@require_safe
def mails(request: HttpRequest, user: User) -> HttpResponse:
    """`/can-bo/phan-anh/thu/?trang=2`: what waits for this person, the oldest first. Who wrote is not on it."""
    waiting = (
        Mail.objects.set_aside().visible_to(user).select_related("unit").defer("raw").order_by("arrived_at", "pk")
    )
    page = Paginator(waiting, PAGE).get_page(request.GET.get("trang"))
    rows = [(one, size_words(one.size)) for one in page]
    return render(request, "complaints/intake/mailbox/mails.html", {"page": page, "rows": rows, "tab": "cases"})


@staff_only(*INBOX_ROLES)
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest, user: User, key: int) -> HttpResponse:
    """GET: what it says. POST: make it a case, or dismiss it. 404 for who may not see it, as for what is not there."""
    at, found = timezone.now(), _visible(user, key)
    wrong: forms.Form | None = None
    if request.method == "POST":
        wrong = _sent(request, user)
        if wrong.is_valid():
            try:
                return _done(request, user, found, wrong, at)
            except RuleBroken as broken:
                add_broken(wrong, broken)
    raw = open_mail(mail=found, reader=user, at=at)
    parsed = NOT_READ if found.why == Mail.Why.FAILED else parse_mail(raw)
    return render(
        request, "complaints/intake/mailbox/mail.html", _page(found, parsed, user, wrong), status=422 if wrong else 200
    )


@staff_only(*INBOX_ROLES)
@require_safe
def mail_raw(request: HttpRequest, user: User, key: int) -> HttpResponse:
    """The message as it came, with everything attached, to be saved to disk and never opened by the browser."""
    found = _visible(user, key)
    if found.raw is None:
        raise Http404
    raw = hand_out_mail(mail=found, reader=user, at=timezone.now())
    answer = HttpResponse(raw, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{MAIL_NAME % found.pk}"'
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _visible(user: User, key: int) -> Mail:
    found = Mail.objects.set_aside().visible_to(user).select_related("unit").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _sent(request: HttpRequest, user: User) -> forms.Form:
    doing = request.POST.get(DOING)
    if doing == DISMISS:
        return DismissForm(request.POST, auto_id="bo_%s")
    if doing == RETRY:
        return forms.Form(request.POST)
    if doing == ADD:
        return AddingForm(request.POST, user=user)
    return FilingForm(request.POST, auto_id="lap_%s")


def _done(request: HttpRequest, user: User, found: Mail, form: forms.Form, at: datetime) -> HttpResponse:
    if isinstance(form, FilingForm):
        case = file_mail(mail=found, filing=form.filing(), actor=user, at=at)
        messages.success(request, _("Đã lập vụ việc từ thư."))
        return redirect(case if may_read(user, case) else "complaints:mails")
    if isinstance(form, AddingForm):
        cleaned = form.cleaned_data
        case = add_mail(mail=found, case=cleaned["code"], text=cleaned["words"], actor=user, at=at)
        messages.success(request, _("Đã thêm thư vào vụ việc."))
        return redirect(case)
    if not isinstance(form, DismissForm):
        retry_mail(mail=found, actor=user, at=at)
        messages.success(request, _("Máy sẽ đọc lại thư này trong vài phút."))
        return redirect("complaints:mails")
    dismiss_mail(mail=found, reason=form.cleaned_data["reason"], actor=user, at=at)
    messages.success(request, _("Đã ghi: không nhận thư này."))
    return redirect("complaints:mails")


def _page(found: Mail, parsed: ParsedMail, user: User, wrong: forms.Form | None) -> dict[str, Any]:
    named = CODE.search(parsed.subject)
    of_case = {"code": named[0] if named else "", "words": parsed.text}
    first = {"subject": parsed.subject, "content": parsed.text, "name": parsed.name, "email": parsed.sender}
    return {
        "mail": found,
        "letter": parsed,
        "size": size_words(found.size),
        "attached": [(one.name, size_words(len(one.data))) for one in parsed.attached],
        "filing": wrong if isinstance(wrong, FilingForm) else FilingForm(initial=first, auto_id="lap_%s"),
        "adding": wrong if isinstance(wrong, AddingForm) else AddingForm(user=user, initial=of_case),
        "dismissing": wrong if isinstance(wrong, DismissForm) else DismissForm(auto_id="bo_%s"),
        "is_retried": found.why == Mail.Why.FAILED,
        "form": wrong,
        "tab": "cases",
    }
