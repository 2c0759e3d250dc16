"""The scan field of the bar, and the two pages where each scan is a hand-over: the list being made, and taking over.

Each scan answers with its page, so that it works without scripts; with them only the answer and the list are swapped
and the field keeps the focus. The list being made is kept in the session, as keys of legs, until it is handed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff.pages import staff_only
from accounts.staff.permissions import WORKING_ROLES
from dossiers.handover.barcode import (
    handed_list,
    leg_to_take,
    row_to_send,
    scanned_dossier,
    scanned_list,
)
from dossiers.handover.views.lists import chosen_unit
from dossiers.handover.waiting import Waiting, coming_with, leaving, to_take
from dossiers.models import READING_ROLES, DossierLeg, Slip
from dossiers.operations.handover.actions import Failed, hand_over_all, take_over, take_over_all
from dossiers.tracking.views import VOICE
from units.codes import normalise
from units.models import Unit
from units.rules import RuleBroken

MOST_SCANNED: Final = 200
LISTS: Final = "handover_lists"
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer to one scan: a word, and by `is_done` a high tone or a low one."""

    is_done: bool
    words: str


@staff_only(*READING_ROLES)
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, user: User) -> HttpResponse:
    """Whatever was scanned is opened: a dossier's file, a hand-over list, a case of the inbox. Else the page keeps
    what was typed."""
    if request.method == "GET":
        return render(request, "dossiers/handover/scan.html", {"tab": ""})
    typed = scanned_text(request)
    voice = normalise(typed)
    if voice and voice.startswith(VOICE):
        return redirect(f"{reverse('complaints:inbox')}?{urlencode({'tim': voice})}")
    paper = scanned_list(typed, user)
    if paper is not None:
        return redirect("dossiers:take_list", paper.pk)
    try:
        return redirect(scanned_dossier(typed, user))
    except RuleBroken as broken:
        return render(
            request, "dossiers/handover/scan.html", {"tab": "", "typed": typed, "why": broken.message}, status=404
        )


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def sending(request: HttpRequest, user: User) -> HttpResponse:
    """The list being made. POST: a scan adds a row, `bo` takes one off, `act=chuyen` hands all of them over."""
    at, unit = timezone.now(), chosen_unit(request, user)
    listed = leaving(unit, _kept(request, unit), at)
    if request.method == "GET":
        return _sending(request, user, unit, listed)
    if request.POST.get("act") == "chuyen":
        return _hand_over(request, user, unit, listed, at)
    if "bo" in request.POST:
        _keep(request, unit, [row.leg.pk for row in listed if str(row.leg.pk) != request.POST["bo"]])
        return redirect(_address("dossiers:scan_sending", unit))
    try:
        row = row_to_send(scanned_text(request), unit=unit, listed=listed, user=user, at=at)
    except RuleBroken as broken:
        return _sending(request, user, unit, listed, heard=_refused(request, broken))
    listed = [row, *listed]
    _keep(request, unit, [one.leg.pk for one in listed])
    return _sending(request, user, unit, listed, heard=_added(listed))


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def taking(request: HttpRequest, user: User) -> HttpResponse:
    """Each scan takes the dossier over at once; the bars of a hand-over list lead to the page that takes over all."""
    at, unit = timezone.now(), chosen_unit(request, user)
    if request.method == "GET":
        return _taking(request, user, unit, at)
    typed = scanned_text(request)
    paper = scanned_list(typed, user)
    if paper is not None:
        return _follow(request, reverse("dossiers:take_list", args=[paper.pk]))
    try:
        leg = leg_to_take(typed, unit=unit, user=user)
        take_over(dossier=leg.dossier, leg=leg.position, actor=user, at=at)
    except RuleBroken as broken:
        return _taking(request, user, unit, at, heard=_refused(request, broken))
    return _taking(request, user, unit, at, taken=leg)


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def take_list(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """What of a hand-over list is still on its way to this person's units. POST: it is all here."""
    at, units = timezone.now(), user.units_as(*WORKING_ROLES)
    paper = handed_list(pk, user)
    if paper is None:
        raise Http404
    coming = coming_with(paper, units, at)
    failed: list[Failed] = []
    if request.method == "POST":
        moved = take_over_all(legs=[row.leg for row in coming], actor=user, at=at)
        failed = moved.failed
        if moved.done:
            n = len(moved.done)
            messages.success(request, ngettext("Đã nhận %(n)d hồ sơ.", "Đã nhận %(n)d hồ sơ.", n) % {"n": n})
        if coming and not failed:
            return redirect(_address("dossiers:scan_taking", coming[0].leg.unit))
        coming = coming_with(paper, units, at)
    context = {"paper": paper, "coming": coming, "failed": failed, "tab": "handovers"}
    context["is_ours"] = paper.unit in units
    return render(request, "dossiers/handover/take_list.html", context, status=422 if failed else 200)


def scanned_text(request: HttpRequest) -> str:
    return request.POST.get("ma", "").strip()[:MOST_SCANNED]


def _hand_over(request: HttpRequest, user: User, unit: Unit, listed: Sequence[Waiting], at: datetime) -> HttpResponse:
    if not listed:
        heard = Heard(is_done=False, words=_("Danh sách chưa có hồ sơ nào."))
        return _sending(request, user, unit, listed, heard=heard)
    moved = hand_over_all(sender=unit, legs=[row.leg for row in listed], actor=user, at=at)
    failed = {one.code for one in moved.failed}
    _keep(request, unit, [row.leg.pk for row in listed if row.leg.dossier.code in failed])
    if moved.done:
        n = len(moved.done)
        messages.success(request, ngettext("Đã chuyển %(n)d hồ sơ.", "Đã chuyển %(n)d hồ sơ.", n) % {"n": n})
    if not failed:
        return redirect(_address("dossiers:scan_sending", unit))
    return _sending(request, user, unit, leaving(unit, _kept(request, unit), at), failed=moved.failed)


def _kept(request: HttpRequest, unit: Unit) -> list[int]:
    return list(request.session.get(LISTS, {}).get(str(unit.pk), []))


def _keep(request: HttpRequest, unit: Unit, keys: list[int]) -> None:
    request.session[LISTS] = request.session.get(LISTS, {}) | {str(unit.pk): keys}


def _address(name: str, unit: Unit) -> str:
    return f"{reverse(name)}?don-vi={unit.slug}"


def _follow(request: HttpRequest, address: str) -> HttpResponse:
    """To another page, also from a request that would swap only a piece of this one."""
    if "HX-Request" not in request.headers:
        return redirect(address)
    return HttpResponse(headers={"HX-Redirect": address})


def _added(listed: Sequence[Waiting]) -> Heard:
    n = len(listed)
    words = ngettext("Đã thêm %(code)s (%(n)d hồ sơ).", "Đã thêm %(code)s (%(n)d hồ sơ).", n)
    return Heard(is_done=True, words=words % {"code": listed[0].leg.dossier.code, "n": n})


def _refused(request: HttpRequest, broken: RuleBroken) -> Heard:
    """Why not, after what was scanned: nothing typed is lost though the field is free for the next."""
    typed = scanned_text(request)
    return Heard(is_done=False, words=f"{normalise(typed) or typed or '—'}: {broken.message}")


def _sending(
    request: HttpRequest,
    user: User,
    unit: Unit,
    listed: Sequence[Waiting],
    *,
    heard: Heard | None = None,
    failed: Sequence[Failed] = (),
) -> HttpResponse:
    papers = Slip.objects.filter(form=Slip.Form.HANDOVER, unit=unit).order_by("-issued_at", "-pk")
    context = _frame(user, unit, heard) | {"listed": listed, "failed": failed, "papers": papers[:3], "mode": "sending"}
    return render(request, "dossiers/handover/scan_sending.html", context, status=_status(heard, failed))


def _taking(
    request: HttpRequest,
    user: User,
    unit: Unit,
    at: datetime,
    *,
    heard: Heard | None = None,
    taken: DossierLeg | None = None,
) -> HttpResponse:
    coming = to_take(unit, at, user.calendar_edition)
    if taken is not None:
        words = _("Đã nhận %(code)s. Còn %(n)d hồ sơ đang chuyển tới.")
        heard = Heard(is_done=True, words=words % {"code": taken.dossier.code, "n": len(coming)})
    here = DossierLeg.objects.in_hand().filter(unit=unit, position__gt=0).order_by("-accepted_at", "-pk")
    recent = here.select_related("dossier__version")[:SHOWN]
    context = _frame(user, unit, heard) | {"coming": coming, "recent": recent, "mode": "taking"}
    return render(request, "dossiers/handover/scan_taking.html", context, status=_status(heard, ()))


def _frame(user: User, unit: Unit, heard: Heard | None) -> dict[str, object]:
    units = user.units_as(*WORKING_ROLES).in_force(timezone.localdate())
    return {"unit": unit, "units": units, "heard": heard, "tab": "handovers"}


def _status(heard: Heard | None, failed: Sequence[Failed]) -> int:
    return 422 if failed or (heard and not heard.is_done) else 200
