"""Letters on paper, and the boxes they come out of."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.pages import staff_only
from complaints.intake.paper.actions import open_box
from complaints.intake.paper.forms import OpeningForm, PaperForm
from complaints.models import BoxOpening, Case, Category
from complaints.permissions import WORKING_ROLES, intake_units, may_read
from complaints.registration.files import receive_with_uploads
from files.uploads.handler import stopped
from units.rules import RuleBroken

TOO_LARGE = 413
MOST_LISTED = 10


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, user: User) -> HttpResponse:
    """GET: an empty form. POST: the letter with its scans becomes a case, and the next empty form shows its code. A
    denunciation is encrypted before it is stored, and its typist does not see it again."""
    at = timezone.now()
    made_of: dict[str, Any] = {"units": intake_units(user), "categories": list(Category.objects.all()), "at": at}
    fresh = {"request_key": uuid4()}
    if request.method != "POST":
        return _page(request, PaperForm(initial=fresh, **made_of))
    too_large = stopped(request)
    form = PaperForm(request.POST, request.FILES, **made_of)
    for words in too_large:
        form.add_error("uploads", words)
    if form.is_valid():
        try:
            case = receive_with_uploads(
                new=form.new_case(), uploads=form.cleaned_data["uploads"], at=at, actor=user, opening=form.from_box
            )
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            again = fresh | {"channel": form.cleaned_data["channel"], "opening": form.cleaned_data["opening"]}
            taken = Case.objects.select_related("unit").get(pk=case.pk)
            taken.fresh_secret = case.fresh_secret
            return _page(request, PaperForm(initial=again, **made_of), taken=taken, opens=may_read(user, taken))
    return _page(request, form, status=TOO_LARGE if too_large else 422, chosen_before=bool(request.FILES))


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest, user: User) -> HttpResponse:
    """GET: the form, and the latest openings. POST: a box was opened by this person and a second one."""
    at, units = timezone.now(), intake_units(user)
    form = OpeningForm(request.POST or None, units=units, user=user, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            open_box(actor=user, at=at, **form.cleaned_data)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            messages.success(request, _("Đã ghi lần mở hòm thư."))
            return redirect("complaints:paper")
    rows = BoxOpening.objects.filter(box__unit__in=units).select_related("box__unit", "first_opener", "second_opener")
    context = {"form": form, "openings": rows[:MOST_LISTED], "tab": "cases", "room": "paper"}
    return render(request, "complaints/intake/paper/opening.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, form: PaperForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(
        request,
        "complaints/intake/paper/paper.html",
        {"form": form, "tab": "cases", "room": "paper"} | more,
        status=status,
    )
