"""The work queue, and operations on many of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff.pages import Role, staff_only, typed_before
from accounts.staff.permissions import WORKING_ROLES
from dossiers.explanation.wording import day_off_words
from dossiers.models import Slip
from dossiers.operations.assignment.operations import officers_under
from dossiers.operations.handover.actions import Failed
from dossiers.operations.many import GIVE, MANY, SEND, TAKE, perform_many
from dossiers.queue.filters import NOBODY, Filters, in_scope
from dossiers.queue.rows import PAGE, read_queue
from units.calendar.lookup import working_calendar
from units.models import Unit

MOST_TICKED: Final = 4 * PAGE


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def queue(request: HttpRequest, user: User) -> HttpResponse:
    """GET: one tab of the queue. POST: does `viec` to the ticked rows, or to the one it names ("nhan:<code>")."""
    at = timezone.now()
    if request.method == "GET":
        typed = typed_before(request, user)
        return _page(request, user, at, ticked=typed.getlist("hs") if typed else ())
    act, _colon, only = request.POST.get("viec", "").partition(":")
    if act not in MANY:
        raise Http404
    codes = [only] if only else request.POST.getlist("hs")[:MOST_TICKED]
    wrong, person = _person(request, user, at) if act == GIVE else ("", None)
    if wrong or not codes:
        return _page(request, user, at, wrong=wrong or _("Hãy đánh dấu ít nhất một hồ sơ."), ticked=codes)
    moved = perform_many(act, codes, user, at, person=person)
    if moved.done:
        messages.success(request, _done_message(act, len({dossier.pk for dossier in moved.done}), moved.papers))
    if moved.failed:
        return _page(request, user, at, failed=moved.failed)
    return redirect(request.get_full_path())


def _done_message(act: str, n: int, papers: Sequence[Slip]) -> SafeString:
    """The message after an operation, with a link to each hand-over list."""
    if act == SEND:
        words = ngettext("Đã chuyển %(n)d hồ sơ.", "Đã chuyển %(n)d hồ sơ.", n)
    elif act == TAKE:
        words = ngettext("Đã nhận %(n)d hồ sơ.", "Đã nhận %(n)d hồ sơ.", n)
    elif act == GIVE:
        words = ngettext("Đã giao %(n)d hồ sơ.", "Đã giao %(n)d hồ sơ.", n)
    else:
        words = ngettext("Đã bắt đầu %(n)d hồ sơ.", "Đã bắt đầu %(n)d hồ sơ.", n)
    message = format_html("{}", words % {"n": n})
    for paper in papers:
        label = _("In phiếu bàn giao %(number)s gửi %(receiver)s")
        name = label % {"number": paper.number, "receiver": paper.data["receiver"]}
        address = reverse("dossiers:handover_slip", args=[paper.pk])
        message = format_html('{} <a href="{}" target="_blank" rel="noopener">{}</a>.', message, address, name)
    return message


def _person(request: HttpRequest, user: User, at: datetime) -> tuple[str, User | None]:
    """Returns (error, officer): the officer to assign, None for nobody in particular; or an error message."""
    asked = request.POST.get("giao-cho", "")
    if asked == NOBODY:
        return "", None
    person = next((one for one in _officers(user, at) if str(one.pk) == asked), None)
    return ("", person) if person else (_("Hãy chọn người nhận việc."), None)


def _officers(user: User, at: datetime) -> list[User]:
    """The officers to whom a leader can assign work; no query for anybody else."""
    led = [held.unit for held in user.current_memberships() if held.role == Role.LEADER]
    return list(officers_under(led, at)) if led else []


def _page(
    request: HttpRequest,
    user: User,
    at: datetime,
    *,
    failed: Sequence[Failed] = (),
    wrong: str = "",
    ticked: Sequence[str] = (),
) -> HttpResponse:
    """The queue for the query string; after a failure with the reasons and status 422."""
    place, filters = _main_unit(user), Filters.of(request.GET)
    calendar = working_calendar(place, user.calendar_edition)
    read = read_queue(
        in_scope(user, filters.scope, *WORKING_ROLES),
        filters=filters,
        page=page_number(request),
        at=at,
        calendar=calendar,
        user=user,
    )
    page = Paginator(range(read.total), PAGE).get_page(page_number(request))
    context = {
        "queue": read,
        "page": page,
        "filters": filters,
        "facets": filters.facets(read.choices),
        "nobody": NOBODY,
        "officers": _officers(user, at),
        "failed": failed,
        "wrong": wrong,
        "ticked": ticked,
        "at": at,
        "tab": "queue",
        "place": place,
        "has_desk_scope": len(user.unit_ids_as(*WORKING_ROLES)) > len(user.current_memberships()),
        "day_off": day_off_words(at, calendar),
        "may_register": user.has_role(Role.CLERK),
    }
    return render(request, "dossiers/queue/queue.html", context, status=422 if failed or wrong else 200)


def _main_unit(user: User) -> Unit:
    """The first unit at which this person works; its calendar counts."""
    return next(held.unit for held in user.current_memberships() if held.role in WORKING_ROLES)


def page_number(request: HttpRequest) -> int:
    """`trang` of the query string, from 1; 1 for no number or one of more than five digits."""
    typed = request.GET.get("trang", "1")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 6 else 1
