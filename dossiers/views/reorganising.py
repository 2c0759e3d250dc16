"""Merging, dividing and moving offices on a day: what would happen is shown first, a second press carries it out."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from dossiers.actions.reorganising import Followed, carry_out, foresee
from dossiers.models import local_day
from dossiers.permissions import REORGANISING_ROLES, keeps_calendar
from dossiers.reorganisation_forms import MergeForm, MoveForm, SplitForm
from dossiers.views.staff import staff_only
from units.models import UnitKind, UnitMove, UnitSuccessor
from units.rules import RuleBroken

LISTED: Final = 100
KINDS: Final[dict[str, type[MergeForm | SplitForm | MoveForm]]] = {
    "hop-nhat": MergeForm,
    "chia-tach": SplitForm,
    "chuyen": MoveForm,
}
EDIT, ADD, CARRY_OUT = "sua", "them", "lam"


def _check(user: User) -> None:
    """The tree of offices is everybody's: only who answers for the whole tenant changes it."""
    if not keeps_calendar(user, *REORGANISING_ROLES):
        raise Http404


@staff_only(*REORGANISING_ROLES)
@require_GET
def reorganisations(request: HttpRequest, user: User) -> HttpResponse:
    """The kinds of change, and what was changed so far, the latest first."""
    _check(user)
    links = UnitSuccessor.objects.exclude(old__kind__code=UnitKind.DESK).select_related("old", "new")
    moves = UnitMove.objects.select_related("unit", "old_parent", "new_parent")
    context = {
        "kinds": [(kind, form.title, form.lead) for kind, form in KINDS.items()],
        "successions": links.order_by("-on", "old__order", "old__name")[:LISTED],
        "moves": moves.order_by("-on", "-pk")[:LISTED],
    }
    return render(request, "dossiers/reorganisations.html", context | _frame())


@staff_only(*REORGANISING_ROLES)
@require_http_methods(["GET", "POST"])
def reorganise(request: HttpRequest, user: User, kind: str) -> HttpResponse:
    """One change: written, looked at, carried out. What was typed travels from step to step."""
    _check(user)
    if kind not in KINDS:
        raise Http404
    doing = request.POST.get("do", "")
    if request.method == "GET" or doing in {EDIT, ADD}:
        return _written(request, KINDS[kind](initial=_typed(request.POST, more=doing == ADD)))
    form = KINDS[kind](request.POST)
    if not form.is_valid():
        return _written(request, form)
    try:
        if doing != CARRY_OUT:
            return _foreseen(request, form)
        done = carry_out(change=form.carry_out, actor=user, at=timezone.now())
    except RuleBroken as broken:
        form.add_broken(broken)
        return _written(request, form)
    messages.success(request, _told(done))
    return redirect("dossiers:reorganisations")


def _typed(data: QueryDict, *, more: bool) -> dict[str, Any]:
    """What was typed, to be shown again without judging it; one more part when asked for."""
    typed: dict[str, Any] = {name: data.getlist(name) if name == "olds" else data[name] for name in data}
    if more and typed.get("parts", "").isdecimal():
        typed["parts"] = int(typed["parts"]) + 1
    return typed


def _written(request: HttpRequest, form: MergeForm | SplitForm | MoveForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "dossiers/reorganise.html", {"form": form} | _frame(), status=status)


def _foreseen(request: HttpRequest, form: MergeForm | SplitForm | MoveForm) -> HttpResponse:
    at = timezone.now()
    outlook = foresee(change=form.carry_out, at=at)
    context = {"form": form, "outlook": outlook, "is_ahead": outlook.on > local_day(at)}
    return render(request, "dossiers/reorganise_preview.html", context | _frame())


def _told(followed: Followed) -> str:
    others = (f"{one.label}: {one.count}." for one in followed.others if one.count)
    return " ".join([_what_followed(followed), *others])


def _what_followed(followed: Followed) -> str:
    if not (followed.roles or followed.offerings or followed.dossiers):
        return _("Đã sắp xếp từ ngày %(day)s.") % {"day": f"{followed.done.on:%d/%m/%Y}"}
    told = _("Đã sắp xếp từ ngày %(day)s: %(roles)s vai trò, %(offerings)s nơi thực hiện, %(dossiers)s hồ sơ đi tiếp.")
    return told % {
        "day": f"{followed.done.on:%d/%m/%Y}",
        "roles": followed.roles,
        "offerings": followed.offerings,
        "dossiers": followed.dossiers,
    }


def _frame() -> dict[str, Any]:
    return {"tab": "reorganising", "may_write": True}
