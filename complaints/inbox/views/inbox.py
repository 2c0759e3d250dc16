"""The page of the work list."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Membership, User
from accounts.staff.pages import staff_only
from complaints.inbox.rows import ALL, MINE, conditions, find_by_code, read_inbox, work_of
from complaints.models import Call
from complaints.operations.settlement.officers import officers_at
from complaints.permissions import INBOX_ROLES, WORKING_ROLES
from dossiers.queue.views import page_number
from units.calendar.lookup import working_calendar


@staff_only(*INBOX_ROLES)
@require_safe
def inbox(request: HttpRequest, user: User) -> HttpResponse:
    """`/can-bo/phan-anh/?nhom=tre&cua=toi&trang=2`: open cases of this person's units, or their own, by deadline.
    `?tim=` opens the case of a code."""
    if sought := request.GET.get("tim", "").strip():
        if one := find_by_code(sought, user):
            return redirect(one)
        messages.warning(request, _("Không tìm thấy vụ việc này trong các vụ việc ông/bà được xem."))
    at, calendar = timezone.now(), working_calendar(user.office, user.calendar_edition)
    asked = request.GET.get("nhom", "")
    tab = asked if asked in conditions(at, calendar) else ALL
    is_mine = request.GET.get("cua") == MINE
    own = Q(assignee=user) if is_mine else None
    found = read_inbox(work_of(user), tab=tab, page=page_number(request), at=at, calendar=calendar, filters=own)
    officers = officers_at(user.units_as(Membership.Role.LEADER), at) if user.leads and found.rows else ()
    context = {"inbox": found, "nhom": tab, "tab": "cases", "room": "inbox", "at": at, "officers": officers}
    context |= {"is_mine": is_mine, "sought": sought}
    if user.has_role(*WORKING_ROLES):
        context["missed"] = Call.objects.visible_to(user).missed(at).count()
    return render(request, "complaints/inbox/inbox.html", context)
