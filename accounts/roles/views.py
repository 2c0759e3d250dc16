"""Accounts: roles that two people give, links for passwords, and the ledger of who did what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import AccountEvent, BrowserSession, Membership, Proposal, ProviderIdentity, User
from accounts.provider.actions import unlink_identity
from accounts.roles.actions import (
    end_role,
    grant_proposal,
    propose_email,
    propose_identity,
    propose_reopening,
    propose_reset,
    propose_role,
    refuse_proposal,
    withdraw_proposal,
)
from accounts.roles.forms import (
    ProposeEmailForm,
    ProposeIdentityForm,
    ProposeReopeningForm,
    ProposeResetForm,
    ProposeRoleForm,
    RefuseForm,
)
from accounts.roles.two_people import (
    administers,
    is_guarded,
    is_of_inspection,
    keeps_accounts,
    objection,
    unended,
)
from accounts.roles.wording import sentence_of, title_of
from accounts.second_factor.required import has_second_factor
from accounts.sessions.actions import end_sessions_of
from accounts.sign_in.actions import send_link
from accounts.staff.fields import add_broken
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import staff_who, typed_before
from units.rules import RuleBroken

LISTED: Final = 30
LATEST: Final = 10
"""How much of a person's ledger is shown beside a decision."""

EMAIL, REOPEN, RESET, IDENTITY = "thu", "mo-lai", "buoc-hai", "nha-cung-cap"
LINK, END, UNLINK = "lien-ket", "ket-thuc", "go-nha-cung-cap"
END_SESSIONS: Final = "phien"
GRANT, REFUSE, WITHDRAW = "chap-thuan", "tu-choi", "rut"


PROPOSED: Final[dict[str, tuple[type[forms.Form], Callable[..., Proposal]]]] = {
    EMAIL: (ProposeEmailForm, propose_email),
    REOPEN: (ProposeReopeningForm, propose_reopening),
    RESET: (ProposeResetForm, propose_reset),
    IDENTITY: (ProposeIdentityForm, propose_identity),
}


@staff_who(keeps_accounts)
@require_GET
def proposals(request: HttpRequest, user: User) -> HttpResponse:
    """Those that wait first, then the latest decided."""
    rows = Proposal.objects.with_names().order_by(F("decided_at").desc(nulls_first=True), "-proposed_at", "-pk")
    page = Paginator(rows, LISTED).get_page(request.GET.get("trang"))
    return render(
        request, "accounts/roles/proposals.html", {"page": page, "listed": [(row, title_of(row)) for row in page]}
    )


@staff_who(keeps_accounts)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, user: User) -> HttpResponse:
    """Propose a role; `?nguoi=` fills in whose."""
    at = timezone.now()
    today = timezone.localdate(at)
    if request.method == "GET":
        asked = {"person": request.GET.get("nguoi", "")} | first_values(typed_before(request, user))
        form = ProposeRoleForm(initial=asked, today=today)
        return render(request, "accounts/roles/propose.html", {"form": form})
    form = ProposeRoleForm(request.POST, today=today)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            row = propose_role(person=typed["person"], asked=form.asked, proposer=user, reason=typed["reason"], at=at)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect("accounts:proposal", row.pk)
    return render(request, "accounts/roles/propose.html", {"form": form}, status=422)


@staff_who(keeps_accounts)
@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """One proposal, what lately happened at the account, and the decision."""
    row, at = get_object_or_404(Proposal.objects.with_names(), pk=pk), timezone.now()
    if request.method == "GET":
        return _proposal_page(request, user, row, at, RefuseForm(initial=first_values(typed_before(request, user))))
    act = request.POST.get("act", "")
    form = RefuseForm(request.POST if act == REFUSE else None)
    if act == REFUSE and not form.is_valid():
        return _proposal_page(request, user, row, at, form, status=422)
    acts: dict[str, Callable[[], None]] = {
        GRANT: lambda: grant_proposal(proposal=row, actor=user, at=at),
        REFUSE: lambda: refuse_proposal(proposal=row, actor=user, reason=form.cleaned_data["answer"], at=at),
        WITHDRAW: lambda: withdraw_proposal(proposal=row, actor=user, at=at),
    }
    if act not in acts:
        raise Http404
    try:
        acts[act]()
    except RuleBroken as broken:
        return _proposal_page(request, user, row, at, form, fault=broken.message, status=422)
    return redirect("accounts:proposal", pk)


def _proposal_page(
    request: HttpRequest,
    user: User,
    row: Proposal,
    at: datetime,
    form: RefuseForm,
    *,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "row": row,
        "title": title_of(row),
        "form": form,
        "fault": fault,
        "why": objection(row, user, at) if row.is_waiting else "",
        "may_refuse": row.is_waiting and user.pk not in {row.proposer_id, row.person_id},
        "may_withdraw": row.is_waiting and user.pk == row.proposer_id,
        "events": _latest(row.person),
    }
    return render(request, "accounts/roles/proposal.html", context, status=status)


def _latest(person: User) -> list[tuple[AccountEvent, str]]:
    rows = AccountEvent.objects.with_names().filter(person=person)[:LATEST]
    return [(row, sentence_of(row)) for row in rows]


@staff_who(keeps_accounts)
@require_GET
def ledger(request: HttpRequest, user: User) -> HttpResponse:
    """Everything that was done at accounts, the latest first."""
    page = Paginator(AccountEvent.objects.with_names(), LISTED).get_page(request.GET.get("trang"))
    context = {"page": page, "listed": [(event, sentence_of(event)) for event in page]}
    return render(request, "accounts/roles/ledger.html", context)


@staff_who(keeps_accounts)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """One account: its guarded roles, a link for its password, and what takes two people. Heads of inspection see
    accounts of inspection alone."""
    person, at = get_object_or_404(User, pk=pk), timezone.now()
    if not administers(user) and not is_of_inspection(person, timezone.localdate(at)):
        raise Http404
    if request.method == "GET":
        return _account_page(request, user, person, at)
    act = request.POST.get("act", "")
    if act in PROPOSED:
        return _propose_change(request, user, person, at, act)
    try:
        message = _do(request, user, person, at, act)
    except RuleBroken as broken:
        return _account_page(request, user, person, at, fault=broken.message)
    messages.success(request, message)
    return redirect("accounts:account", pk)


def _do(request: HttpRequest, user: User, person: User, at: datetime, act: str) -> str:
    if act == LINK:
        send_link(person=person, actor=user, at=at)
        return _("Liên kết đặt mật khẩu đã được gửi tới địa chỉ thư của người này.")
    if act == UNLINK:
        unlink_identity(person=person, actor=user, at=at)
        return _("Đã gỡ tài khoản ở nhà cung cấp.")
    if act == END_SESSIONS:
        end_sessions_of(person=person, actor=user, at=at)
        return _("Đã kết thúc mọi phiên của người này: máy nào cũng phải đăng nhập lại.")
    if act != END:
        raise Http404
    key = request.POST.get("membership", "")
    held = get_object_or_404(Membership, pk=int(key) if key.isdecimal() and len(key) < 18 else 0, user=person)
    end_role(membership=held, actor=user, at=at)
    return _("Đã kết thúc vai trò.")


def _propose_change(request: HttpRequest, user: User, person: User, at: datetime, act: str) -> HttpResponse:
    form_of, verb = PROPOSED[act]
    form = form_of(request.POST)
    if form.is_valid():
        try:
            row = verb(person=person, proposer=user, at=at, **form.cleaned_data)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect("accounts:proposal", row.pk)
    return _account_page(request, user, person, at, form=form)


def _account_page(
    request: HttpRequest, user: User, person: User, at: datetime, *, form: forms.Form | None = None, fault: str = ""
) -> HttpResponse:
    on = timezone.localdate(at)
    typed = first_values(typed_before(request, user)) if request.method == "GET" else {}
    reset = form if isinstance(form, ProposeResetForm) else ProposeResetForm()
    identity = form if isinstance(form, ProposeIdentityForm) else ProposeIdentityForm()
    other = (ProposeEmailForm if person.is_active else ProposeReopeningForm)(initial=typed)
    context = {
        "person": person,
        "held": unended(person, on),
        "is_guarded": is_guarded(person, on),
        "form": form or other,
        "change": other if form in (None, reset, identity) else form,
        "reset": reset,
        "identity": identity,
        "linked": ProviderIdentity.objects.filter(person=person).first(),
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "open_sessions": BrowserSession.objects.of(person).open(at).count(),
        "has_second_factor": has_second_factor(person),
        "fault": fault,
        "events": _latest(person),
    }
    return render(request, "accounts/roles/account.html", context, status=422 if form or fault else 200)
