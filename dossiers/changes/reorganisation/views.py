"""Pages of reorganisations: one person previews and proposes, another decides."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.staff.pages import staff_only
from accounts.staff.permissions import CALENDAR_ROLES, REORGANISING_ROLES, keeps_calendar
from dossiers.changes.reorganisation.actions import (
    ReorganisationPreview,
    ReorganisationResult,
    preview_reorganisation,
)
from dossiers.changes.reorganisation.drafts import (
    approve_reorganisation,
    propose_reorganisation,
    refuse_reorganisation,
    withdraw_reorganisation,
)
from dossiers.changes.reorganisation.forms import MergeForm, ReparentForm, SplitForm
from units.clock.days import local_day
from units.models import ReorganisationDraft, UnitKind, UnitMove, UnitSuccessor
from units.rules import RuleBroken

LISTED: Final = 100
KINDS: Final[dict[str, type[MergeForm | SplitForm | ReparentForm]]] = {
    "hop-nhat": MergeForm,
    "chia-tach": SplitForm,
    "chuyen": ReparentForm,
}
EDIT, ADD, PROPOSE = "sua", "them", "de-nghi"
APPROVE, REFUSE, WITHDRAW = "duyet", "khong-duyet", "rut"
DECIDING_ROLES: Final = CALENDAR_ROLES
Form = MergeForm | SplitForm | ReparentForm


def _check(user: User, *roles: str) -> None:
    """Http404 unless the role is held for the whole tenant: the tree of units concerns every office."""
    if not keeps_calendar(user, *roles):
        raise Http404


@staff_only(*DECIDING_ROLES)
@require_GET
def reorganisations(request: HttpRequest, user: User) -> HttpResponse:
    """The kinds of change, the drafts waiting for a decision, and past changes, the latest first."""
    _check(user, *DECIDING_ROLES)
    links = UnitSuccessor.objects.exclude(old__kind__code=UnitKind.DESK).select_related("old", "new")
    moves = UnitMove.objects.select_related("unit", "old_parent", "new_parent")
    context = {
        "kinds": [(kind, form.title, form.lead) for kind, form in KINDS.items()],
        "drafts": [(draft, KINDS[draft.kind].title) for draft in _drafts()[:LISTED]],
        "successions": links.order_by("-on", "old__order", "old__name")[:LISTED],
        "moves": moves.order_by("-on", "-pk")[:LISTED],
    }
    return render(request, "dossiers/changes/reorganisation/reorganisations.html", context | _frame(user))


@staff_only(*REORGANISING_ROLES)
@require_http_methods(["GET", "POST"])
def reorganise(request: HttpRequest, user: User, kind: str) -> HttpResponse:
    """One change in three steps: form, preview, proposal. Each step posts the whole form again."""
    _check(user, *REORGANISING_ROLES)
    if kind not in KINDS:
        raise Http404
    doing = request.POST.get("do", "")
    if request.method == "GET" or doing in {EDIT, ADD}:
        return _form_page(request, user, KINDS[kind](initial=_typed_values(request.POST, more=doing == ADD)))
    form = KINDS[kind](request.POST)
    if not form.is_valid():
        return _form_page(request, user, form)
    try:
        if doing != PROPOSE:
            return _preview_page(request, user, form)
        made = _propose(request.POST, user, kind, form)
    except RuleBroken as broken:
        form.add_broken(broken)
        return _form_page(request, user, form)
    messages.success(request, _("Đã gửi đề nghị. Một người khác xem và duyệt thì mới thực hiện."))
    return redirect("dossiers:reorganisation_draft", made.pk)


@staff_only(*DECIDING_ROLES)
@require_http_methods(["GET", "POST"])
def reorganisation_draft(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """The page on which a second person decides, with the preview as of now."""
    _check(user, *DECIDING_ROLES)
    draft = get_object_or_404(_drafts(), pk=pk)
    form = _form_of(draft)
    if request.method == "GET":
        return _draft_page(request, user, draft, form)
    try:
        words = _decide(draft, form, user, request)
    except RuleBroken as broken:
        return _draft_page(request, user, draft, form, broken)
    messages.success(request, words)
    return redirect("dossiers:reorganisations")


def _propose(data: QueryDict, user: User, kind: str, form: Form) -> ReorganisationDraft:
    typed = {name: data.getlist(name) for name in data if name in form.fields}
    ground = {"on": form.cleaned_data["on"], "source": form.cleaned_data["source"]}
    return propose_reorganisation(
        kind=kind, typed=typed, change=form.carry_out, author=user, at=timezone.now(), **ground
    )


def _decide(draft: ReorganisationDraft, form: Form, user: User, request: HttpRequest) -> str:
    """Decides and returns a sentence about it. Raises RuleBroken."""
    at, doing = timezone.now(), request.POST.get("do", "")
    if doing == WITHDRAW:
        withdraw_reorganisation(draft=draft, actor=user, at=at)
        return _("Đã rút đề nghị.")
    if doing == REFUSE:
        refuse_reorganisation(draft=draft, reason=request.POST.get("reason", "")[:300], actor=user, at=at)
        return _("Đã từ chối đề nghị.")
    if doing != APPROVE:
        raise Http404
    if not form.is_valid():
        raise RuleBroken(_("Đề nghị không còn thực hiện được: đơn vị đã thay đổi từ khi gửi."))
    return _result_words(approve_reorganisation(draft=draft, change=form.carry_out, actor=user, at=at))


def _drafts() -> QuerySet[ReorganisationDraft]:
    return ReorganisationDraft.objects.select_related("author", "decided_by")


def _form_of(draft: ReorganisationDraft) -> Form:
    """The form as its author submitted it."""
    data = QueryDict(mutable=True)
    for name, values in draft.typed.items():
        data.setlist(name, values)
    return KINDS[draft.kind](data)


def _draft_page(
    request: HttpRequest, user: User, draft: ReorganisationDraft, form: Form, broken: RuleBroken | None = None
) -> HttpResponse:
    preview, impossible = _preview(draft, form)
    context = {
        "draft": draft,
        "form": form,
        "preview": preview,
        "impossible": impossible,
        "is_ahead": draft.on > local_day(timezone.now()),
        "is_waiting": draft.status == ReorganisationDraft.Status.WAITING,
        "is_author": draft.author_id == user.pk,
        "error": broken.message if broken else "",
        "reason": request.POST.get("reason", ""),
    }
    return render(
        request, "dossiers/changes/reorganisation/draft.html", context | _frame(user), status=422 if broken else 200
    )


def _preview(draft: ReorganisationDraft, form: Form) -> tuple[ReorganisationPreview | None, str]:
    """What approving would do now, or why it is impossible; (None, "") for a decided draft."""
    if draft.status != ReorganisationDraft.Status.WAITING:
        return None, ""
    if not form.is_valid():
        return None, _("Đề nghị không còn thực hiện được: đơn vị đã thay đổi từ khi gửi.")
    try:
        return preview_reorganisation(change=form.carry_out, at=timezone.now()), ""
    except RuleBroken as broken:
        return None, broken.message


def _typed_values(data: QueryDict, *, more: bool) -> dict[str, Any]:
    """The typed values, to be shown again unvalidated; with one more part when asked for."""
    typed: dict[str, Any] = {name: data.getlist(name) if name == "olds" else data[name] for name in data}
    if more and typed.get("parts", "").isdecimal():
        typed["parts"] = int(typed["parts"]) + 1
    return typed


def _form_page(request: HttpRequest, user: User, form: Form) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(
        request, "dossiers/changes/reorganisation/reorganise.html", {"form": form} | _frame(user), status=status
    )


def _preview_page(request: HttpRequest, user: User, form: Form) -> HttpResponse:
    at = timezone.now()
    preview = preview_reorganisation(change=form.carry_out, at=at)
    context = {"form": form, "preview": preview, "is_ahead": preview.on > local_day(at)}
    return render(request, "dossiers/changes/reorganisation/preview.html", context | _frame(user))


def _result_words(result: ReorganisationResult) -> str:
    others = (f"{one.label}: {one.count}." for one in result.others if one.count)
    return " ".join([_transferred_words(result), *others])


def _transferred_words(result: ReorganisationResult) -> str:
    if not (result.roles or result.offerings or result.dossiers):
        return _("Đã sắp xếp từ ngày %(day)s.") % {"day": f"{result.done.on:%d/%m/%Y}"}
    words = _(
        "Đã sắp xếp từ ngày %(day)s: %(roles)s vai trò, %(offerings)s nơi thực hiện, %(dossiers)s hồ sơ đi tiếp."
    )
    return words % {
        "day": f"{result.done.on:%d/%m/%Y}",
        "roles": result.roles,
        "offerings": result.offerings,
        "dossiers": result.dossiers,
    }


def _frame(user: User) -> dict[str, Any]:
    return {"tab": "reorganising", "may_write": keeps_calendar(user, *REORGANISING_ROLES)}
