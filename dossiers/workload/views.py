"""The work of each officer of a unit; reassigning it in bulk, and naming deputies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Delegation, User
from accounts.roles.actions import delegate, end_delegation
from accounts.staff.fields import DayField, add_broken, line
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import staff_only, typed_before
from accounts.staff.permissions import Role
from dossiers.models import DossierLeg
from dossiers.operations.assignment.actions import assign_all, reassign_all
from dossiers.operations.assignment.operations import officers_of
from dossiers.operations.handover.actions import Failed, Moved
from dossiers.workload.counts import UnitWork, Workload, work_at
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken

MOVE, GIVE, LEND, END = "chuyen", "giao", "uy-quyen", "ket-thuc"
MOST_LISTED = 200


class _ForUnit(forms.Form):
    """A form whose choices are the officers of one unit."""

    def __init__(self, data: Any = None, *, unit: Unit, at: datetime, prefix: str, initial: Any = None) -> None:
        super().__init__(data, prefix=prefix, initial=initial)
        self.unit, self.at = unit, at
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = officers_of(unit, at) if field.queryset.model is User else self.free_legs()

    def free_legs(self) -> Any:
        """The unassigned legs, the most urgent first."""
        return _legs(self.unit).filter(assignee=None).select_related("dossier__version").order_by("due_at", "pk")


def _person(label: Any) -> forms.ModelChoiceField[User]:
    """A field for one officer of the unit; the form sets its queryset."""
    return forms.ModelChoiceField(
        label=label,
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Chọn người"),
        error_messages={"required": gettext_lazy("Hãy chọn một người.")},
    )


class ReassignForm(_ForUnit):
    absent = _person(gettext_lazy("Chuyển việc của"))
    person = forms.ModelChoiceField(
        label=gettext_lazy("Sang cho"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Chưa giao cho ai"),
    )


class GiveForm(_ForUnit):
    legs = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Hồ sơ chưa giao"),
        queryset=DossierLeg.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Hãy đánh dấu ít nhất một hồ sơ.")},
    )
    person = _person(gettext_lazy("Giao cho"))

    def __init__(self, data: Any = None, *, unit: Unit, at: datetime, prefix: str, initial: Any = None) -> None:
        super().__init__(data, unit=unit, at=at, prefix=prefix, initial=initial)
        legs = self.fields["legs"]
        assert isinstance(legs, forms.ModelMultipleChoiceField)
        rows = self.free_legs()[:MOST_LISTED]
        legs.choices = [(leg.pk, f"{leg.dossier.code} · {leg.dossier.version.name}") for leg in rows]


class DeputyForm(_ForUnit):
    absent = _person(gettext_lazy("Người vắng"))
    deputy = _person(gettext_lazy("Người làm thay"))
    since = DayField(label=gettext_lazy("Từ ngày"))
    until = DayField(label=gettext_lazy("Đến hết ngày"))
    reason = line(gettext_lazy("Lý do"), 300, missing=gettext_lazy("Hãy ghi lý do."))


FORMS: dict[str, type[_ForUnit]] = {MOVE: ReassignForm, GIVE: GiveForm, LEND: DeputyForm}


@staff_only(Role.LEADER)
@require_http_methods(["GET", "POST"])
def assigning(request: HttpRequest, user: User) -> HttpResponse:
    """GET: the officers of a unit and their work. POST: `act` reassigns or assigns work, or names a deputy."""
    at = timezone.now()
    if request.method == "GET":
        typed = typed_before(request, user)
        return _page(request, user, _unit(request, user, typed), at, typed=typed)
    unit = _unit(request, user)
    act = request.POST.get("act", "")
    if act == END:
        return _end(request, user, unit, at)
    if act not in FORMS:
        raise Http404
    form = FORMS[act](request.POST, unit=unit, at=at, prefix=act)
    failed = _do(request, act, form, user, at) if form.is_valid() else []
    if not failed and not form.errors:
        return _back(unit)
    if failed:  # only the remaining legs are offered again, with the typed values
        form = FORMS[act](unit=unit, at=at, prefix=act, initial=form.cleaned_data)
    return _page(request, user, unit, at, failed=failed, judged={_form_key(act): form, "form": form})


DoneAndFailed = tuple[str, list[Failed]]
"""A message about what was done (empty for nothing), and what failed."""


def _do(request: HttpRequest, act: str, form: _ForUnit, user: User, at: datetime) -> list[Failed]:
    """Does it and shows a message; returns what failed. A broken rule is added to its field."""
    try:
        message, failed = DO[act](form, user, at)
    except RuleBroken as broken:
        add_broken(form, broken)
        return []
    if message:
        messages.success(request, message)
    return failed


def _move(form: _ForUnit, user: User, at: datetime) -> DoneAndFailed:
    typed = form.cleaned_data
    return _done_and_failed(
        reassign_all(unit=form.unit, absent=typed["absent"], person=typed["person"], actor=user, at=at)
    )


def _give(form: _ForUnit, user: User, at: datetime) -> DoneAndFailed:
    legs = form.cleaned_data["legs"].select_related("dossier")
    return _done_and_failed(assign_all(legs=legs, person=form.cleaned_data["person"], actor=user, at=at))


def _name_deputy(form: _ForUnit, user: User, at: datetime) -> DoneAndFailed:
    delegate(unit=form.unit, **form.cleaned_data)
    return _("Đã ghi người làm thay."), []


def _done_and_failed(moved: Moved) -> DoneAndFailed:
    n = len(moved.done)
    if moved.failed and not n:
        return "", moved.failed
    return ngettext("Đã giao %(n)d hồ sơ.", "Đã giao %(n)d hồ sơ.", n) % {"n": n}, moved.failed


DO: dict[str, Callable[[_ForUnit, User, datetime], DoneAndFailed]] = {MOVE: _move, GIVE: _give, LEND: _name_deputy}


def _end(request: HttpRequest, user: User, unit: Unit, at: datetime) -> HttpResponse:
    key = request.POST.get("delegation", "")
    lent = get_object_or_404(Delegation, pk=int(key) if key.isdecimal() and len(key) < 18 else 0, unit=unit)
    end_delegation(delegation=lent, actor=user, on=local_day(at))
    messages.success(request, _("Đã kết thúc việc làm thay."))
    return _back(unit)


def _back(unit: Unit) -> HttpResponse:
    return redirect(f"{reverse('dossiers:assigning')}?don-vi={unit.slug}")


def _form_key(act: str) -> str:
    return {MOVE: "reassign_form", GIVE: "give_form", LEND: "deputy_form"}[act]


def _legs(unit: Unit) -> Any:
    return DossierLeg.objects.in_hand().filter(unit=unit)


def _unit(request: HttpRequest, user: User, typed: QueryDict | None = None) -> Unit:
    """The unit named in the form (or in the recovered form `typed`) or the URL, else the first that this person leads;
    Http404 for another's."""
    wanted = (typed or request.POST).get("don-vi") or request.GET.get("don-vi", "")
    if not wanted:
        return next(held.unit for held in user.current_memberships() if held.role == Role.LEADER)
    return get_object_or_404(user.units_as(Role.LEADER).select_related("kind", "parent__kind"), slug=wanted)


def _officers(unit: Unit, work: UnitWork, at: datetime) -> list[tuple[User, Workload]]:
    """Each officer of the unit with the work in hand there."""
    return [(officer, work.in_hand.get(officer.pk, Workload())) for officer in officers_of(unit, at)]


def _of_former_staff(officers: Sequence[tuple[User, Workload]], work: UnitWork) -> Workload:
    """The work of people who no longer work there, or only as deputies."""
    listed = {officer.pk for officer, _load in officers} | {None}
    return sum((load for person, load in work.in_hand.items() if person not in listed), start=Workload())


def _deputies(unit: Unit, on: date) -> Any:
    lent = Delegation.objects.begun().filter(unit=unit, valid_to__gte=on)
    return lent.select_related("from_user", "to_user")


def _page(
    request: HttpRequest,
    user: User,
    unit: Unit,
    at: datetime,
    *,
    failed: Sequence[Failed] = (),
    typed: QueryDict | None = None,
    judged: Mapping[str, forms.Form] | None = None,
) -> HttpResponse:
    """The officers and the forms; after a failure with the reasons and status 422. `typed`: a recovered form, shown
    unvalidated."""
    context: dict[str, Any] = {
        _form_key(act): FORMS[act](unit=unit, at=at, prefix=act, initial=first_values(typed, act)) for act in FORMS
    }
    work = work_at([unit.pk], at)[unit.pk]
    officers = _officers(unit, work, at)
    context |= {
        "unit": unit,
        "units": user.units_as(Role.LEADER).in_force(local_day(at)),
        "officers": officers,
        "former_staff": _of_former_staff(officers, work),
        "free": work.in_hand.get(None, Workload()),
        "work": work,
        "deputies": _deputies(unit, local_day(at)),
        "failed": failed,
        "tab": "assigning",
    }
    return render(
        request, "dossiers/workload/assigning.html", context | dict(judged or {}), status=422 if judged else 200
    )
