"""Pages of calendar changes: an administrator drafts them, a second person decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import Role, staff_only, typed_before
from accounts.staff.permissions import CALENDAR_ROLES, keeps_calendar
from dossiers.changes.calendar.actions import (
    add_changed_day,
    draft_change,
    drop_change,
    preview_change,
    publish_change,
    remove_changed_day,
    submit_change,
    undo_change,
)
from dossiers.changes.calendar.contributors import contributors
from dossiers.changes.calendar.forms import ChangedDayForm, NewChangeForm
from dossiers.models import CalendarRun, DossierLeg
from units.calendar.lookup import working_calendar
from units.models import CalendarDay, CalendarDraft, CalendarDraftDay
from units.rules import RuleBroken

PAGE: Final = 50
LISTED: Final = 30
SATURDAY: Final = 5

WRITERS = (Role.ADMINISTRATOR,)
DECIDERS = CALENDAR_ROLES


def _check(user: User, *roles: str) -> None:
    if not keeps_calendar(user, *roles):
        raise Http404


@staff_only(*DECIDERS)
@require_GET
def changes(request: HttpRequest, user: User) -> HttpResponse:
    """Lists all changes, the latest first."""
    _check(user, *DECIDERS)
    drafts = CalendarDraft.objects.select_related("author", "approver").prefetch_related("days")
    page = Paginator(drafts, LISTED).get_page(request.GET.get("trang"))
    return render(request, "dossiers/changes/calendar/changes.html", {"page": page} | _frame(user))


@staff_only(*WRITERS)
def new(request: HttpRequest, user: User) -> HttpResponse:
    """Creates a change with its first day."""
    _check(user, *WRITERS)
    is_sent = request.method == "POST"
    form = NewChangeForm(request.POST) if is_sent else NewChangeForm(initial=first_values(typed_before(request, user)))
    if form.is_valid():
        typed = form.cleaned_data
        try:
            draft = draft_change(
                title=typed["title"], source=typed["source"], first=form.line, author=user, at=timezone.now()
            )
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect("dossiers:calendar_change", draft.pk)
    return render(
        request, "dossiers/changes/calendar/new.html", {"form": form} | _frame(user), status=422 if is_sent else 200
    )


@staff_only(*DECIDERS)
@require_GET
def change(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """One change: its days, the dates it moves, and the possible actions."""
    _check(user, *DECIDERS)
    return _page(request, user, _draft(pk))


@staff_only(*WRITERS)
@require_http_methods(["GET", "POST"])
def add_day(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """POST: adds a day. GET: the page with a form recovered after the session expired."""
    _check(user, *WRITERS)
    draft = _draft(pk)
    if request.method == "GET":
        return _page(request, user, draft, form=ChangedDayForm(initial=first_values(typed_before(request, user))))
    form = ChangedDayForm(request.POST)
    if form.is_valid():
        try:
            add_changed_day(draft=draft, line=form.line, actor=user, at=timezone.now())
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect("dossiers:calendar_change", pk)
    return _page(request, user, draft, form=form)


@staff_only(*WRITERS)
@require_POST
def remove_day(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    _check(user, *WRITERS)
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError as error:
        raise Http404 from error
    draft = _draft(pk)
    return _do_or_show_error(
        request, user, draft, lambda at: remove_changed_day(draft=draft, day=day, actor=user, at=at)
    )


@staff_only(*DECIDERS)
@require_POST
def act(request: HttpRequest, user: User, pk: int, verb: str) -> HttpResponse:
    """Previews, submits, publishes, discards or undoes; the same page shows a broken rule."""
    _check(user, *DECIDERS)
    draft = _draft(pk)
    acts: dict[str, Callable[[datetime], Any]] = {
        "tinh-thu": lambda at: preview_change(draft=draft, at=at),
        "gui-duyet": lambda at: submit_change(draft=draft, actor=user, at=at),
        "cong-bo": lambda at: publish_change(draft=draft, actor=user, at=at),
        "bo": lambda at: drop_change(draft=draft, actor=user, at=at),
        "hoan-tac": lambda at: undo_change(draft=draft, actor=user, at=at),
    }
    if verb not in acts:
        raise Http404
    return _do_or_show_error(request, user, draft, acts[verb])


def _do_or_show_error(
    request: HttpRequest, user: User, draft: CalendarDraft, do: Callable[[datetime], Any]
) -> HttpResponse:
    try:
        do(timezone.now())
    except RuleBroken as broken:
        return _page(request, user, _draft(draft.pk), error=broken.message)
    return redirect("dossiers:calendar_change", draft.pk)


def _draft(pk: int) -> CalendarDraft:
    drafts = CalendarDraft.objects.select_related("author", "approver", "closed_by")
    runs = Prefetch("runs", CalendarRun.objects.filter(is_stale=False).order_by("pk"), to_attr="current_runs")
    return get_object_or_404(drafts.prefetch_related("days", runs), pk=pk)


def _page(
    request: HttpRequest,
    user: User,
    draft: CalendarDraft,
    *,
    form: ChangedDayForm | None = None,
    error: str = "",
) -> HttpResponse:
    current_runs: list[CalendarRun] = draft.current_runs  # type: ignore[attr-defined]
    run = current_runs[-1] if current_runs else None
    is_author = draft.author_id == user.pk
    context = {
        "draft": draft,
        "run": run,
        "page": _moves(run, request.GET.get("trang")) if run else None,
        "parts": [(part.template, part.shown(run, user, request.GET.get("muc"))) for part in contributors() if run],
        "form": form or ChangedDayForm(),
        "error": error,
        "is_written": draft.status == CalendarDraft.Status.DRAFT and is_author,
        "is_author": is_author,
        "idle": _idle_days(draft),
    }
    status = 422 if error or (form and form.is_bound) else 200
    return render(request, "dossiers/changes/calendar/change.html", context | _frame(user), status=status)


def _idle_days(draft: CalendarDraft) -> list[date]:
    """Weekend days that an unpublished change makes holidays although nobody works on them anyway."""
    if draft.status not in {CalendarDraft.Status.DRAFT, CalendarDraft.Status.SUBMITTED}:
        return []
    added = (CalendarDraftDay.Change.ADD, CalendarDay.Kind.HOLIDAY)
    days = [one.day for one in draft.days.all() if (one.change, one.kind) == added and one.day.weekday() >= SATURDAY]
    calendar = working_calendar() if days else None
    return [day for day in days if calendar and not calendar.is_working(day)]


def _moves(run: CalendarRun, page: str | None) -> Page[Any]:
    """A page of the moved dates, by dossier."""
    legs = DossierLeg.objects.filter(dossier=OuterRef("dossier"), position=OuterRef("position"))
    rows = run.moves.select_related("dossier__version", "dossier__desk").only(
        *("what", "position", "old_due", "new_due", "run"),
        *("dossier__code", "dossier__version__name", "dossier__desk__name"),
    )
    pages = Paginator(rows.annotate(office=Subquery(legs.values("unit__name")[:1])), PAGE)
    pages.count = run.moves_kept  # counting half a million rows takes longer than reading fifty
    return pages.get_page(page)


def _frame(user: User) -> dict[str, Any]:
    return {"tab": "calendar", "may_write": keeps_calendar(user, *WRITERS)}
