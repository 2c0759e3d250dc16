"""Updating the catalogue from a file: one editor uploads it, another compares and applies it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import Role, staff_only, typed_before
from files.uploads.handler import stopped
from procedures.editing.forms.updates import ApproveForm, UpdateForm
from procedures.editing.views.procedures import check_editor
from procedures.models import CatalogueUpdate
from procedures.national.actions import (
    approve_update,
    bring_update,
    compared,
    drop_update,
    last_update,
    undo_last_update,
)
from units.rules import RuleBroken

PAGE: Final = 30
MOST_LISTED: Final = 200
TOO_LARGE: Final = 413


@staff_only(Role.EDITOR)
@require_http_methods(["GET", "POST"])
def updates(request: HttpRequest, user: User) -> HttpResponse:
    """All uploaded files, and the form for another. Uploading changes nothing in the catalogue."""
    check_editor(user)
    if request.method == "POST":
        return _send(request, user)
    return _list(request, UpdateForm(initial=first_values(typed_before(request, user))))


@staff_only(Role.EDITOR)
@require_GET
def update(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """The changes that a waiting file would make, or those that it made."""
    check_editor(user)
    return _page(request, user, _update(pk))


@staff_only(Role.EDITOR)
@require_POST
def decide(request: HttpRequest, user: User, pk: int, verb: str) -> HttpResponse:
    """Applies, drops or undoes an update. Shows a broken rule on the same page; ignores a repeated submit."""
    check_editor(user)
    found = _update(pk)
    form = ApproveForm(request.POST) if verb == "duyet" else forms.Form(request.POST)
    acts: dict[str, Callable[[datetime], Any]] = {
        "duyet": lambda at: approve_update(update=found, **form.cleaned_data, approver=user, at=at),
        "bo": lambda at: drop_update(update=found, actor=user, at=at),
        "hoan-tac": lambda at: undo_last_update(update=found, actor=user, at=at),
    }
    if verb not in acts:
        raise Http404
    if form.is_valid():
        try:
            acts[verb](timezone.now())
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return _redirect_with_message(request, pk, verb)
    found = _update(pk)
    if user.pk == {"duyet": found.approver_id, "bo": found.dropped_by_id, "hoan-tac": found.undone_by_id}[verb]:
        return redirect("editing:update", pk)  # pressed twice
    return _page(request, user, found, failed=form)


def _send(request: HttpRequest, user: User) -> HttpResponse:
    too_large = stopped(request)
    form = UpdateForm(request.POST, request.FILES)
    is_valid = form.is_valid()
    if too_large:
        form.errors.pop("file", None)
        form.add_error("file", too_large)
    elif is_valid:
        try:
            made = bring_update(source=form.source, author=user, at=timezone.now())
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect("editing:update", made.pk)
    return _list(request, form, status=TOO_LARGE if too_large else 422)


def _list(request: HttpRequest, form: UpdateForm, status: int = 200) -> HttpResponse:
    rows = CatalogueUpdate.objects.defer("records").select_related("author", "approver")
    page = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    return render(
        request, "procedures/editing/updates.html", {"form": form, "page": page, "tab": "editing"}, status=status
    )


def _redirect_with_message(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    sentences = {"duyet": _("Đã áp dụng."), "bo": _("Đã bỏ tệp này."), "hoan-tac": _("Đã hoàn tác.")}
    messages.success(request, sentences[verb])
    return redirect("editing:update", pk)


def _update(pk: int) -> CatalogueUpdate:
    people = ("author", "approver", "dropped_by", "undone_by")
    return get_object_or_404(CatalogueUpdate.objects.select_related(*people), pk=pk)


def _page(
    request: HttpRequest, user: User, found: CatalogueUpdate, *, failed: forms.Form | None = None
) -> HttpResponse:
    waits = found.status == CatalogueUpdate.Status.WAITING
    shown = _compared(request, user, found, failed) if waits else _published(request, found)
    context = {"update": found, "form": failed, "waits": waits, "tab": "editing", **shown}
    return render(request, "procedures/editing/update.html", context, status=422 if failed else 200)


def _compared(request: HttpRequest, user: User, found: CatalogueUpdate, failed: forms.Form | None) -> dict[str, Any]:
    """As of the requested day, or of today if that day has passed."""
    today = timezone.localdate()
    typed = getattr(failed, "cleaned_data", {}).get("valid_from")
    day = max(typed or found.valid_from, today)
    done = compared(found, day, today)
    approval = failed if isinstance(failed, ApproveForm) else ApproveForm(initial={"valid_from": day})
    return {
        "done": done,
        "day": day,
        "is_late": found.valid_from < today,
        "page": Paginator([*done.new, *done.changed], PAGE).get_page(request.GET.get("trang")),
        "refused": done.refused[:MOST_LISTED],
        "missing": done.missing[:MOST_LISTED],
        "approval": approval if found.author_id != user.pk else None,
    }


def _published(request: HttpRequest, found: CatalogueUpdate) -> dict[str, Any]:
    rows = found.publications.select_related("procedure", "version").order_by("procedure__ref")
    last = last_update()
    may_undo = last is not None and last.pk == found.pk and found.valid_from > timezone.localdate()
    return {"page": Paginator(rows, PAGE).get_page(request.GET.get("trang")), "may_undo": may_undo}
