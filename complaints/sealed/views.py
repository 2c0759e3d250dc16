"""Who opened sealed content: the page of the head of inspection."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Membership, User
from accounts.staff.pages import staff_only
from complaints.models import CaseReading

PAGE = 50


@staff_only(Membership.Role.INSPECTION_HEAD)
@require_safe
def readings(request: HttpRequest, user: User) -> HttpResponse:
    """`/can-bo/phan-anh/luot-xem/?trang=2`: every opening of sealed particulars at the units below this person, the
    latest first. Who, when, which page and the case's code; nothing of what was read, and the code opens nothing."""
    units = user.unit_ids_as(Membership.Role.INSPECTION_HEAD)
    of_units = Q(case__unit__in=units) | Q(case__receiving_unit__in=units)
    rows = CaseReading.objects.filter(of_units, is_of_secrets=True).select_related("case", "user")
    page = Paginator(rows.order_by("-at", "-pk"), PAGE).get_page(request.GET.get("trang"))
    return render(request, "complaints/sealed/readings.html", {"page": page, "tab": "cases"})
