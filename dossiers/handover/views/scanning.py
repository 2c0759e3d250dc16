"""The scan field of the header, and the two pages for hand-overs by scanning: sending and taking over.

Each scan answers with the whole page, so it works without scripts; with htmx only the answer and the list are swapped
and the field keeps the focus. The session stores the list being made, as primary keys of legs, until it is handed
over."""

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
    leg_to_send,
    leg_to_take,
    scanned_dossier,
    scanned_list,
)
from dossiers.handover.views.lists import chosen_unit
from dossiers.handover.waiting import WaitingLeg, still_to_send, to_take, to_take_with_list
from dossiers.models import READING_ROLES, DossierLeg, Slip
from dossiers.operations.handover.actions import Failed, hand_over_all, take_over, take_over_all
from dossiers.tracking.views import CASE_PREFIX
from units.codes import normalise
from units.models import Unit
from units.rules import RuleBroken

MOST_SCANNED: Final = 200
SESSION_KEY: Final = "handover_lists"
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """The answer to one scan; `is_done` chooses the high tone, else the low one."""

    is_done: bool
    words: str


@staff_only(*READING_ROLES)
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, user: User) -> HttpResponse:
    """Opens what was scanned: a dossier, a hand-over list or a case. Otherwise 404 with the typed text."""
    if request.method == "GET":
        return render(request, "dossiers/handover/scan.html", {"tab": ""})
    typed = scanned_text(request)
    case = normalise(typed)
    if case and case.startswith(CASE_PREFIX):
        return redirect(f"{reverse('complaints:inbox')}?{urlencode({'tim': case})}")
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
    """The list being made. POST: a scan adds a row, `bo` removes one, `act=chuyen` hands all of them over."""
    at, unit = timezone.now(), chosen_unit(request, user)
    listed = still_to_send(unit, _listed_legs(request, unit), at)
    if request.method == "GET":
        return _sending(request, user, unit, listed)
    if request.POST.get("act") == "chuyen":
        return _hand_over(request, user, unit, listed, at)
    if "bo" in request.POST:
        _store_legs(request, unit, [row.leg.pk for row in listed if str(row.leg.pk) != request.POST["bo"]])
        return redirect(_address("dossiers:scan_sending", unit))
    try:
        row = leg_to_send(scanned_text(request), unit=unit, listed=listed, user=user, at=at)
    except RuleBroken as broken:
        return _sending(request, user, unit, listed, answer=_refused(request, broken))
    listed = [row, *listed]
    _store_legs(request, unit, [one.leg.pk for one in listed])
    return _sending(request, user, unit, listed, answer=_added(listed))


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def taking(request: HttpRequest, user: User) -> HttpResponse:
    """Each scan takes a dossier over at once; the barcode of a hand-over list opens the page that takes over all."""
    at, unit = timezone.now(), chosen_unit(request, user)
    if request.method == "GET":
        return _taking(request, user, unit, at)
    typed = scanned_text(request)
    paper = scanned_list(typed, user)
    if paper is not None:
        return _redirect(request, reverse("dossiers:take_list", args=[paper.pk]))
    try:
        leg = leg_to_take(typed, unit=unit, user=user)
        take_over(dossier=leg.dossier, leg=leg.position, actor=user, at=at)
    except RuleBroken as broken:
        return _taking(request, user, unit, at, answer=_refused(request, broken))
    return _taking(request, user, unit, at, taken=leg)


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def take_list(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """The dossiers of a hand-over list that are on their way to this person's units. POST: takes all of them over."""
    at, units = timezone.now(), user.units_as(*WORKING_ROLES)
    paper = handed_list(pk, user)
    if paper is None:
        raise Http404
    coming = to_take_with_list(paper, units, at)
    failed: list[Failed] = []
    if request.method == "POST":
        moved = take_over_all(legs=[row.leg for row in coming], actor=user, at=at)
        failed = moved.failed
        if moved.done:
            n = len(moved.done)
            messages.success(request, ngettext("Đã nhận %(n)d hồ sơ.", "Đã nhận %(n)d hồ sơ.", n) % {"n": n})
        if coming and not failed:
            return redirect(_address("dossiers:scan_taking", coming[0].leg.unit))
        coming = to_take_with_list(paper, units, at)
    context = {"paper": paper, "coming": coming, "failed": failed, "tab": "handovers"}
    context["is_ours"] = paper.unit in units
    return render(request, "dossiers/handover/take_list.html", context, status=422 if failed else 200)


def scanned_text(request: HttpRequest) -> str:
    return request.POST.get("ma", "").strip()[:MOST_SCANNED]


def _hand_over(
    request: HttpRequest, user: User, unit: Unit, listed: Sequence[WaitingLeg], at: datetime
) -> HttpResponse:
    if not listed:
        answer = ScanAnswer(is_done=False, words=_("Danh sách chưa có hồ sơ nào."))
        return _sending(request, user, unit, listed, answer=answer)
    moved = hand_over_all(sender=unit, legs=[row.leg for row in listed], actor=user, at=at)
    failed = {one.code for one in moved.failed}
    _store_legs(request, unit, [row.leg.pk for row in listed if row.leg.dossier.code in failed])
    if moved.done:
        n = len(moved.done)
        messages.success(request, ngettext("Đã chuyển %(n)d hồ sơ.", "Đã chuyển %(n)d hồ sơ.", n) % {"n": n})
    if not failed:
        return redirect(_address("dossiers:scan_sending", unit))
    return _sending(request, user, unit, still_to_send(unit, _listed_legs(request, unit), at), failed=moved.failed)


def _listed_legs(request: HttpRequest, unit: Unit) -> list[int]:
    return list(request.session.get(SESSION_KEY, {}).get(str(unit.pk), []))


def _store_legs(request: HttpRequest, unit: Unit, keys: list[int]) -> None:
    request.session[SESSION_KEY] = request.session.get(SESSION_KEY, {}) | {str(unit.pk): keys}


def _address(name: str, unit: Unit) -> str:
    return f"{reverse(name)}?don-vi={unit.slug}"


def _redirect(request: HttpRequest, address: str) -> HttpResponse:
    """Redirects, also an htmx request, which would otherwise swap the other page into this one."""
    if "HX-Request" not in request.headers:
        return redirect(address)
    return HttpResponse(headers={"HX-Redirect": address})


def _added(listed: Sequence[WaitingLeg]) -> ScanAnswer:
    n = len(listed)
    words = ngettext("Đã thêm %(code)s (%(n)d hồ sơ).", "Đã thêm %(code)s (%(n)d hồ sơ).", n)
    return ScanAnswer(is_done=True, words=words % {"code": listed[0].leg.dossier.code, "n": n})


def _refused(request: HttpRequest, broken: RuleBroken) -> ScanAnswer:
    """The scanned text and why it was refused: the field itself is emptied for the next scan."""
    typed = scanned_text(request)
    return ScanAnswer(is_done=False, words=f"{normalise(typed) or typed or '—'}: {broken.message}")


def _sending(
    request: HttpRequest,
    user: User,
    unit: Unit,
    listed: Sequence[WaitingLeg],
    *,
    answer: ScanAnswer | None = None,
    failed: Sequence[Failed] = (),
) -> HttpResponse:
    papers = Slip.objects.filter(form=Slip.Form.HANDOVER, unit=unit).order_by("-issued_at", "-pk")
    context = _frame(user, unit, answer) | {
        "listed": listed,
        "failed": failed,
        "papers": papers[:3],
        "mode": "sending",
    }
    return render(request, "dossiers/handover/scan_sending.html", context, status=_status(answer, failed))


def _taking(
    request: HttpRequest,
    user: User,
    unit: Unit,
    at: datetime,
    *,
    answer: ScanAnswer | None = None,
    taken: DossierLeg | None = None,
) -> HttpResponse:
    coming = to_take(unit, at, user.calendar_edition)
    if taken is not None:
        words = _("Đã nhận %(code)s. Còn %(n)d hồ sơ đang chuyển tới.")
        answer = ScanAnswer(is_done=True, words=words % {"code": taken.dossier.code, "n": len(coming)})
    here = DossierLeg.objects.in_hand().filter(unit=unit, position__gt=0).order_by("-accepted_at", "-pk")
    recent = here.select_related("dossier__version")[:SHOWN]
    context = _frame(user, unit, answer) | {"coming": coming, "recent": recent, "mode": "taking"}
    return render(request, "dossiers/handover/scan_taking.html", context, status=_status(answer, ()))


def _frame(user: User, unit: Unit, answer: ScanAnswer | None) -> dict[str, object]:
    units = user.units_as(*WORKING_ROLES).in_force(timezone.localdate())
    return {"unit": unit, "units": units, "answer": answer, "tab": "handovers"}


def _status(answer: ScanAnswer | None, failed: Sequence[Failed]) -> int:
    return 422 if failed or (answer and not answer.is_done) else 200
