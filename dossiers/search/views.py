"""Searches dossiers. The session stores the typed text, so that no URL contains personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff.fields import DayField, line
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import staff_only, typed_before
from dossiers.clock.states import Status
from dossiers.events.record import note_readings
from dossiers.models import READING_ROLES, STATUS_LABELS, Dossier, DossierQuerySet
from dossiers.models.list_rows import listed_first
from dossiers.queue.rows import row_of
from dossiers.queue.views import page_number
from dossiers.search.by_applicant import LEAST_DIGITS, TooShort, matching
from procedures.models import Field
from units.calendar.lookup import working_calendar
from units.clock.days import day_bounds
from units.codes import normalise
from units.models import CodeTemplate, Unit
from units.texts.folding import sort_key

SESSION_KEY: Final = "look_ups"
MOST_STORED: Final = 10
PAGE: Final = 20
MOST_PAGES: Final = 50


class LookUpForm(forms.Form):
    q = line(
        gettext_lazy("Mã hồ sơ, họ tên, số giấy tờ hoặc điện thoại"),
        200,
        missing=gettext_lazy("Hãy gõ mã, họ tên, số giấy tờ hoặc số điện thoại."),
        hint=gettext_lazy("Tên gõ có dấu hay không đều được; điện thoại gõ cả số hoặc ít nhất 4 số cuối."),
    )
    desk = forms.ChoiceField(label=gettext_lazy("Nơi tiếp nhận"), required=False)
    field = forms.ChoiceField(label=gettext_lazy("Lĩnh vực"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Tình trạng"),
        required=False,
        choices=[
            ("", gettext_lazy("Mọi tình trạng")),
            *((str(status.value), STATUS_LABELS[status]) for status in Status),
        ],
    )
    since = DayField(label=gettext_lazy("Tiếp nhận từ ngày"), required=False)
    until = DayField(label=gettext_lazy("Đến ngày"), required=False)

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        offered: dict[str, list[tuple[str, str]]] = {"desk": [("", _("Mọi nơi"))], "field": [("", _("Mọi lĩnh vực"))]}
        for of, slug, name in _offered():
            offered[of].append((slug, name))
        for of, choices in offered.items():
            field = self.fields[of]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("Ngày cuối phải từ ngày đầu trở đi."))

    def found(self, own: DossierQuerySet) -> list[QuerySet[Dossier]]:
        """The searches of a valid form; see `matching`. Raises TooShort."""
        typed = self.cleaned_data
        asked = {
            "desk__slug": typed["desk"],
            "procedure__field__slug": typed["field"],
            "status": typed["status"],
            "received_at__gte": typed["since"] and day_bounds(typed["since"])[0],
            "received_at__lt": typed["until"] and day_bounds(typed["until"])[1],
            # Implied by the line before, since nothing is received before submission; lets PostgreSQL use an index.
            "submitted_at__lt": typed["until"] and day_bounds(typed["until"])[1],
        }
        return matching(own.filter(**{name: value for name, value in asked.items() if value}), typed["q"])


def _offered() -> list[tuple[str, str, str]]:
    """Desks and fields with their names, in one query."""
    fields = Field.objects.order_by().values_list(Value("field"), "slug", "name")
    desks = Unit.objects.desks().order_by().values_list(Value("desk"), "slug", "name")
    return sorted(fields.union(desks, all=True), key=lambda row: sort_key(row[2]))


@staff_only(*READING_ROLES)
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest, user: User) -> HttpResponse:
    """POST: a code opens its dossier, anything else is stored and leads to its own address. GET: what was found."""
    if request.method == "POST":
        return _post(request, user)
    asked = request.session.get(SESSION_KEY, {}).get(request.GET.get("tim", ""))
    form = LookUpForm(asked, initial=first_values(typed_before(request, user)))
    context: dict[str, Any] = {"is_old": asked is None and "tim" in request.GET}
    if form.is_valid():
        context |= _found(request, user, form, timezone.now())
    return _page(request, form, context)


def _post(request: HttpRequest, user: User) -> HttpResponse:
    code = normalise(request.POST.get("q", "")[:200], CodeTemplate.objects.authorities())
    if code and (dossier := Dossier.objects.visible_to(user).filter(code=code).first()):
        return redirect(dossier)
    form = LookUpForm(request.POST)
    if not form.is_valid():
        return _page(request, form, {}, status=422)
    try:
        form.found(Dossier.objects.none())
    except TooShort:
        form.add_error("q", _("Hãy gõ thêm: ít nhất một chữ đủ hai chữ cái, hoặc %(n)d chữ số.") % {"n": LEAST_DIGITS})
        return _page(request, form, {}, status=422)
    key = get_random_string(12)
    stored = request.session.get(SESSION_KEY, {}) | {key: {name: request.POST.get(name, "") for name in form.fields}}
    request.session[SESSION_KEY] = dict(list(stored.items())[-MOST_STORED:])
    return redirect(f"{reverse('dossiers:look_up')}?tim={key}")


def _found(request: HttpRequest, user: User, form: LookUpForm, at: datetime) -> dict[str, Any]:
    """One page of results; records the reading of each.

    Searches only dossiers `worked_on_by` the person: a consulted office must not learn who the applicant is.
    """
    number = min(page_number(request), MOST_PAGES)
    found = listed_first(form.found(Dossier.objects.worked_on_by(user)), (number - 1) * PAGE, number * PAGE + 1)
    shown = found[:PAGE]
    note_readings(dossiers=shown, user=user, page="search", at=at)
    calendar = working_calendar(user.office, user.calendar_edition)
    return {
        "searched": form.cleaned_data["q"],
        "rows": [row_of(dossier, at, calendar) for dossier in shown],
        "number": number,
        "before": number - 1,
        "after": number + 1,
        "first": (number - 1) * PAGE + 1,
        "last": (number - 1) * PAGE + len(shown),
        "has_more": len(found) > PAGE and number < MOST_PAGES,
        "is_cut": len(found) > PAGE and number == MOST_PAGES,
    }


def _page(request: HttpRequest, form: LookUpForm, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "dossiers/search/look_up.html", context | {"form": form, "tab": "look_up"}, status=status)
