"""The hand-over page of one unit: sends, takes over and refuses many dossiers at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import staff_only, typed_before
from accounts.staff.permissions import WORKING_ROLES
from dossiers.events.record import note_readings
from dossiers.handover.waiting import WaitingLeg, chosen, to_send, to_take
from dossiers.models import Dossier, Slip
from dossiers.operations.handover.actions import Failed, Moved, hand_over_all, send_back_all, take_over_all
from dossiers.slips.actions import note_print
from dossiers.slips.issued import issued_pdf
from units.models import Unit
from units.rules import RuleBroken

SEND, TAKE, BACK = "chuyen", "nhan", "khong-nhan"
MOST_SLIPS: Final = 10
MOST_TYPED: Final = 20_000


class SendForm(forms.Form):
    codes = forms.CharField(
        label=gettext_lazy("Mã hồ sơ chuyển đi"),
        help_text=gettext_lazy("Quét mã vạch hoặc gõ, mỗi mã một dòng."),
        max_length=MOST_TYPED,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class TakeForm(forms.Form):
    codes = forms.CharField(
        label=gettext_lazy("Mã hồ sơ nhận được"),
        help_text=gettext_lazy("Quét mã vạch hoặc gõ, mỗi mã một dòng."),
        max_length=MOST_TYPED,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Lý do không nhận"),
        help_text=gettext_lazy("Chỉ ghi khi từ chối nhận."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


FORMS: dict[str, Callable[..., forms.Form]] = {SEND: SendForm, TAKE: TakeForm, BACK: TakeForm}


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def handovers(request: HttpRequest, user: User) -> HttpResponse:
    """GET: both lists of one unit. POST: `act` sends, takes over or refuses the ticked or scanned dossiers."""
    at = timezone.now()
    if request.method == "GET":
        typed = typed_before(request, user)
        return _page(request, user, chosen_unit(request, user, typed), at, typed=typed)
    unit = chosen_unit(request, user)
    act = request.POST.get("act", "")
    if act not in FORMS:
        raise Http404
    prefix = "di" if act == SEND else "den"
    form = FORMS[act](request.POST, prefix=prefix)
    failed = _move_chosen(request, act, form, user, unit, at) if form.is_valid() else []
    if failed:  # only these codes are offered again
        left = {f"{prefix}-codes": "\n".join(one.code for one in failed)}
        form = FORMS[act](request.POST.dict() | left, prefix=prefix)
    if failed or form.errors:
        return _page(request, user, unit, at, failed=failed, act=act, judged=form)
    return redirect(f"{reverse('dossiers:handovers')}?don-vi={unit.slug}")


@staff_only(*WORKING_ROLES)
@require_GET
def handover_slip(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """A hand-over list as PDF, for the unit that sent the dossiers. A reprint is marked as a copy."""
    at, units = timezone.now(), user.units_as(*WORKING_ROLES)
    paper = get_object_or_404(Slip.objects.select_related("unit"), pk=pk, form=Slip.Form.HANDOVER, unit__in=units)
    listed = Dossier.objects.filter(code__in=[row["code"] for row in paper.data["rows"]]).only(
        "desk", "handler", "holder"
    )
    note_readings(dossiers=listed, user=user, page="slip handover", at=at)  # it names the applicants
    copied_at = at if note_print(paper) else None
    answer = HttpResponse(issued_pdf(paper, copied_at=copied_at), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="ban-giao-{paper.number}.pdf"'
    return answer


def _move_chosen(
    request: HttpRequest, act: str, form: forms.Form, user: User, unit: Unit, at: datetime
) -> list[Failed]:
    """Moves the chosen dossiers and shows a message; returns what failed. Errors are added to the form."""
    listed = to_send(unit, at) if act == SEND else to_take(unit, at)
    rows, unknown = chosen(listed, request.POST.getlist("leg"), form.cleaned_data["codes"])
    if not rows and not unknown:
        form.add_error("codes", _("Hãy đánh dấu hoặc quét ít nhất một hồ sơ."))
        return []
    try:
        moved = _call_action(act, unit, rows, form.cleaned_data.get("reason", ""), user, at)
    except RuleBroken as broken:
        add_broken(form, broken)
        return []
    if moved.done:
        messages.success(request, _done_message(act, len(moved.done)))
    return [*moved.failed, *(Failed(code, _("Không có trong danh sách của đơn vị.")) for code in unknown)]


def _call_action(act: str, unit: Unit, rows: Sequence[WaitingLeg], reason: str, user: User, at: datetime) -> Moved:
    legs = [row.leg for row in rows]
    if act == SEND:
        return hand_over_all(sender=unit, legs=legs, actor=user, at=at)
    if act == TAKE:
        return take_over_all(legs=legs, actor=user, at=at)
    return send_back_all(legs=legs, reason=reason, actor=user, at=at)


def _done_message(act: str, n: int) -> str:
    if act == SEND:
        return ngettext("Đã chuyển %(n)d hồ sơ.", "Đã chuyển %(n)d hồ sơ.", n) % {"n": n}
    if act == TAKE:
        return ngettext("Đã nhận %(n)d hồ sơ.", "Đã nhận %(n)d hồ sơ.", n) % {"n": n}
    return ngettext("Đã trả lại %(n)d hồ sơ.", "Đã trả lại %(n)d hồ sơ.", n) % {"n": n}


def chosen_unit(request: HttpRequest, user: User, typed: QueryDict | None = None) -> Unit:
    """The unit named in the form (or in the recovered form `typed`) or the URL, else the first at which this person
    works; Http404 for another's."""
    wanted = (typed or request.POST).get("don-vi") or request.GET.get("don-vi", "")
    if not wanted:
        return next(held.unit for held in user.current_memberships() if held.role in WORKING_ROLES)
    return get_object_or_404(user.units_as(*WORKING_ROLES).select_related("kind", "parent__kind"), slug=wanted)


def _page(
    request: HttpRequest,
    user: User,
    unit: Unit,
    at: datetime,
    *,
    failed: Sequence[Failed] = (),
    act: str = "",
    judged: forms.Form | None = None,
    typed: QueryDict | None = None,
) -> HttpResponse:
    """Both lists; after a failure with the reasons and status 422. `typed`: a recovered form, shown unvalidated."""
    context: dict[str, Any] = {
        "unit": unit,
        "units": user.units_as(*WORKING_ROLES).in_force(timezone.localdate(at)),
        "sending": to_send(unit, at, user.calendar_edition),
        "taking": to_take(unit, at, user.calendar_edition),
        "slips": Slip.objects.filter(form=Slip.Form.HANDOVER, unit=unit).order_by("-issued_at", "-pk")[:MOST_SLIPS],
        "failed": failed,
        "ticked": (typed or request.POST).getlist("leg"),
        "form": judged,
        "send_form": judged if act == SEND else SendForm(prefix="di", initial=first_values(typed, "di")),
        "take_form": judged if act in {TAKE, BACK} else TakeForm(prefix="den", initial=first_values(typed, "den")),
        "tab": "handovers",
    }
    return render(request, "dossiers/handover/lists.html", context, status=422 if judged else 200)
