"""Giving several cases to one officer."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import Membership, User
from accounts.staff.pages import staff_only
from complaints.clock.states import OPEN
from complaints.models import Case
from complaints.operations.settlement.assignment import assign_case
from complaints.operations.settlement.officers import officers_of
from complaints.permissions import may_decide
from units.rules import RuleBroken

MOST = 100


@staff_only(Membership.Role.LEADER, Membership.Role.INSPECTOR)
@require_POST
def assign_many(request: HttpRequest, user: User) -> HttpResponse:
    """Assign each ticked case by itself; count those that cannot be assigned. Ignore codes of cases that this person
    does not see."""
    at, codes, typed = timezone.now(), request.POST.getlist("ma")[:MOST], request.POST.get("nguoi", "")
    officer = User.objects.filter(pk=int(typed), is_active=True).first() if typed.isdecimal() else None
    if officer is None or not codes:
        messages.warning(request, _("Hãy đánh dấu ít nhất một vụ việc và chọn người xử lý."))
        return redirect("complaints:inbox")
    rows = Case.objects.visible_to(user).filter(code__in=codes).select_related("unit").order_by("pk")
    given = [_is_given(case, officer, user, at) for case in rows]
    if done := sum(given):
        message = ngettext("Đã giao %(n)d vụ việc.", "Đã giao %(n)d vụ việc.", done)
        messages.success(request, message % {"n": done})
    if left := len(given) - done:
        message = ngettext("%(n)d vụ việc không giao được.", "%(n)d vụ việc không giao được.", left)
        messages.warning(request, message % {"n": left})
    return redirect("complaints:inbox")


def _is_given(case: Case, officer: User, user: User, at: datetime) -> bool:
    is_free = case.state in OPEN and case.passed_to_id is None and may_decide(user, case)
    if not is_free or not officers_of(case, at).filter(pk=officer.pk).exists():
        return False
    try:
        assign_case(case=case, to=officer, actor=user, at=at)
    except RuleBroken:
        return False
    return True
