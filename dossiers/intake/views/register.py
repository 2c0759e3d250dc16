"""The registration page: three panels, one submit, then an empty form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.db import transaction
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.pages import Role, staff_only, typed_before
from dossiers.clock.states import Status
from dossiers.events.record import note_readings
from dossiers.explanation.wording import day_off_words
from dossiers.intake.applicant_lookup import READ_ON, not_recorded_yet
from dossiers.intake.applicant_panel import Panel, read_panel
from dossiers.intake.at_once_fields import AtOnceForm
from dossiers.intake.desk_statistics import counter_today, read_seconds
from dossiers.intake.draft import RegistrationDraft, read_draft, starting_values, usual_fee
from dossiers.intake.forms import AT_ONCE, INCOMPLETE, LATER, REFUSE, REGISTER, IntakeForm
from dossiers.intake.last_registered import (
    CONFIRMED,
    LastRegistered,
    find_unconfirmed,
    last_applicants_dossier,
    particulars,
    print_again,
    read_last_registered,
    save_now,
    store_registered,
)
from dossiers.intake.register_several import register_several
from dossiers.intake.serve_at_once import serve_at_once
from dossiers.intake.started_at_desk import read_start, receipt_moment, sign_start
from dossiers.intake.submit import Submission, refuse_at_desk, submit_dossier, submit_incomplete
from dossiers.models import Dossier
from dossiers.operations.supplement.forms import DefectsForm
from dossiers.particulars.proxy_fields import ProxyForm
from dossiers.permissions import desks_of, may_serve
from procedures.models import RequiredDocument
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken
from units.texts.wording import clock_time

PARTS = {
    "person": ("applicant",),
    "choose": ("choose",),
    "pick": ("choose",),
    "details": ("choose", "details"),
    "preview": ("preview", "applicant_lookup"),
}
"""What htmx replaces (the id of its target) → the templates that hold it: a step redraws and reads nothing else."""
SAME_APPLICANT = "cung-nguoi"  # in the query: another dossier of the last applicant, who is stored in the session only


@dataclass(frozen=True, slots=True)
class RegistrationForms:
    """The forms of the page. Only those that the pressed button needs are bound."""

    form: IntakeForm
    defects: DefectsForm
    at_once: AtOnceForm
    proxy: ProxyForm

    @property
    def each(self) -> tuple[forms.Form, ...]:
        return self.form, self.defects, self.at_once, self.proxy

    @property
    def is_valid(self) -> bool:
        """Validates all bound forms, so that one answer shows all errors."""
        wrong = [form for form in self.each if form.is_bound and not form.is_valid()]
        return not wrong

    def put_beside(self, broken: RuleBroken) -> None:
        """Adds the message of a broken rule to its field, in whichever form has it."""
        if broken.field == "fee_collected":
            self.form.add_error("fee_status", broken.message)
            return
        bound = [form for form in self.each if form.is_bound and broken.field in form.fields]
        add_broken(bound[-1] if bound else self.form, broken)


@csp_update({"frame-src": ["'self'"]})  # where the slip is printed from
@staff_only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, user: User) -> HttpResponse:
    """GET: an empty form. POST: with `step`, redraws the form; else does what the pressed button says."""
    at = timezone.now()
    desks = desks_of(user, local_day(at))
    typed = request.POST if request.method == "POST" else _starting_data(request, user, at)
    desk = _desk(desks, typed)
    if desk is None:
        return render(request, "dossiers/intake/no_desk.html", status=404)
    if request.method == "GET":
        find_unconfirmed(request.session, user, desk, at)
    if "step" in typed and (parts := PARTS.get(request.headers.get("HX-Target", ""))):
        return _parts(request, user, parts, desks, desk, at)
    if request.method == "GET" or "step" in typed:
        return _page(request, user, typed, None, desks, desk, at)
    if _is_untouched(typed) and print_again(request.session, at):
        return redirect(f"{reverse('dossiers:register')}?desk={desk.slug}")
    bound = _bound_forms(request.POST, desk, at)
    return _register_and_answer(request, bound, user, desk, at) or _page(request, user, typed, bound, desks, desk, at)


@transaction.atomic
def _register_and_answer(
    request: HttpRequest, bound: RegistrationForms, user: User, desk: Unit, at: datetime
) -> HttpResponse | None:
    """Registers and stores the result in the session in one transaction, so that the next page shows it even if this
    answer is lost. None when a form or a rule forbids it."""
    made = _do_pressed_button(bound, user, desk, at)
    if not made:
        return None
    answer = _answer(request, bound, made, at)
    save_now(request.session)
    return answer


def _is_untouched(typed: QueryDict) -> bool:
    """Whether the form is empty: the key that registered the last dossier was pressed once more."""
    return not any(typed.get(name, "").strip() for name in ("q", "offering", "name", "id_number", "phone"))


def _starting_data(request: HttpRequest, user: User, at: datetime) -> QueryDict:
    """Initial values: a form recovered after the session expired, or the applicant of the last dossier, whose reading
    is recorded."""
    typed = typed_before(request, user) or request.GET.copy()
    if SAME_APPLICANT in typed and (file := last_applicants_dossier(request.session, user, at)):
        note_readings(dossiers=[file], user=user, page=SAME_APPLICANT, at=at)
        typed.update(particulars(file))
    return typed


def _bound_forms(typed: QueryDict, desk: Unit, at: datetime) -> RegistrationForms:
    """The forms, bound where the pressed button needs them."""
    form = IntakeForm(typed, desk=desk, at=at, doing=_doing(typed))
    asked = form.fields["papers"]
    assert isinstance(asked, ModelMultipleChoiceField)
    defects = _defects(typed, asked.queryset or (), is_bound=form.doing == INCOMPLETE)
    return RegistrationForms(form, defects, _at_once(typed, at, is_bound=form.doing == AT_ONCE), ProxyForm(typed))


def _defects(typed: QueryDict, papers: Iterable[RequiredDocument], *, is_bound: bool = False) -> DefectsForm:
    """What is wrong with the papers: bound, or only shown as typed."""
    shown = typed.dict() | {"reasons": typed.getlist("reasons")}
    return DefectsForm(typed if is_bound else None, initial=shown, papers=papers)


def _at_once(typed: QueryDict, at: datetime, *, is_bound: bool = False) -> AtOnceForm:
    """The result and its receiver: bound, or only shown as typed."""
    return AtOnceForm(typed if is_bound else None, initial=typed.dict(), at=at)


def _doing(typed: QueryDict) -> str:
    return next((name for name in (REFUSE, INCOMPLETE, LATER, AT_ONCE) if name in typed), REGISTER)


def _do_pressed_button(bound: RegistrationForms, user: User, desk: Unit, at: datetime) -> list[Dossier]:
    """Returns the new dossiers; none when a form or a rule forbids it, with errors added to the fields."""
    if not bound.is_valid:
        return []
    try:
        if bound.form.doing == AT_ONCE:
            return [_serve(bound, user, desk, at)]
        if bound.form.doing == REGISTER:
            return _register(bound, user, desk, at)
        return [_submit(bound, user, desk, at)]
    except RuleBroken as broken:
        bound.put_beside(broken)
        return []


def _answer(request: HttpRequest, bound: RegistrationForms, made: list[Dossier], at: datetime) -> HttpResponse:
    """Redirects to the next empty form, which shows and prints the dossiers. After a result given at once the slip is
    printed only on request."""
    to_print = bound.form.doing != AT_ONCE or bound.at_once.cleaned_data["print_slip"]
    if bound.form.doing == AT_ONCE and made[0].state is Status.RETURNED:
        messages.success(request, _done_words(made[0]))
    store_registered(request.session, made, at, to_print=to_print)
    return redirect(f"{reverse('dossiers:register')}?desk={made[0].receiving_desk.slug}")


def _done_words(dossier: Dossier) -> str:
    """A sentence about a result given at once; names no person."""
    assert dossier.received_at is not None
    assert dossier.finished_at is not None
    times = {"received": clock_time(dossier.received_at), "finished": clock_time(dossier.finished_at)}
    return _("Đã tiếp nhận lúc %(received)s và trả kết quả lúc %(finished)s.") % times


def _register(bound: RegistrationForms, user: User, desk: Unit, at: datetime) -> list[Dossier]:
    form = bound.form
    due_set = form.due_set(working_calendar(desk))
    if form.errors:
        return []
    return register_several(
        number=form.cleaned_data["how_many"] or 1,
        request_key=form.cleaned_data["request_key"],
        desk=desk,
        offering=form.cleaned_data["offering"],
        applicant=form.applicant,
        papers=form.papers_taken,
        terms=form.terms,
        due_set=due_set,
        proxy=bound.proxy.proxy,
        actor=user,
        at=at,
        seconds=read_seconds(form.cleaned_data["counter_seconds"]),
    )


def _serve(bound: RegistrationForms, user: User, desk: Unit, at: datetime) -> Dossier:
    """Registers as of when the page first showed the procedure, finishes and hands out now. Raises RuleBroken."""
    form, typed = bound.form, bound.form.cleaned_data
    offering, key = typed["offering"], str(form["request_key"].value())
    if not may_serve(user, offering, desk):
        raise RuleBroken(_("Đơn vị khác giải quyết thủ tục này, không trả ngay được."), field="offering")
    paid = form.terms.fee_status == Dossier.FeeStatus.COLLECTED
    return serve_at_once(
        request_key=typed["request_key"],
        desk=desk,
        offering=offering,
        applicant=form.applicant,
        papers=form.papers_taken,
        terms=form.terms,
        result=bound.at_once.result,
        proxy=bound.proxy.proxy,
        receiver=bound.at_once.receiver(form.applicant.name, bound.proxy.proxy, fee_collected=paid),
        actor=user,
        received_at=receipt_moment(read_start(form.data.get("opened", ""), key, offering.pk), at),
        at=at,
        seconds=read_seconds(typed["counter_seconds"]),
    )


def _submit(bound: RegistrationForms, user: User, desk: Unit, at: datetime) -> Dossier:
    """Records it without acceptance: refused, incomplete, or to be checked later. Raises RuleBroken."""
    form, typed = bound.form, bound.form.cleaned_data
    proxy = bound.proxy.proxy
    handed_in = Submission(typed["request_key"], desk, typed["offering"], form.applicant, proxy=proxy)
    if form.doing == REFUSE:
        ground = typed["ground"]
        return refuse_at_desk(handed_in=handed_in, reason=typed["refusal"], ground=ground, actor=user, at=at)
    handed_in = replace(handed_in, papers=form.papers_taken, terms=form.terms)
    if form.doing == LATER:
        return submit_dossier(handed_in=handed_in, actor=user, at=at)
    return submit_incomplete(handed_in=handed_in, defects=bound.defects.defects, actor=user, at=at)


def _page(
    request: HttpRequest,
    user: User,
    typed: QueryDict,
    bound: RegistrationForms | None,
    desks: list[Unit],
    desk: Unit,
    at: datetime,
) -> HttpResponse:
    """The page with validated forms (422), or with unbound ones that only show what was typed."""
    panel = _panel(request, typed, user, desk, at)
    typed = panel.typed
    draft = read_draft(typed, desk, at, user.calendar_edition)
    shown = bound or _unbound_forms(typed, draft, desk, at)
    if bound:
        _renew_used_values(bound.form, draft)
    _mark_sources(shown.form, panel)
    context = _frame(shown, draft, typed, user) | {"panel": panel, "today": counter_today(desk, user, at)}
    if request.method == "GET" or bound:
        context["last_registered"] = _confirmed(request, user, at, prints=bound is None)
    if request.method == "GET":
        context["scans_first"] = SAME_APPLICANT not in typed
    context |= {"desks": desks, "day_off": day_off_words(at, draft.calendar)}
    response = render(request, "dossiers/intake/register.html", context, status=422 if bound else 200)
    response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"  # it reads cards
    return response


def _parts(
    request: HttpRequest, user: User, parts: tuple[str, ...], desks: list[Unit], desk: Unit, at: datetime
) -> HttpResponse:
    """Only those panels of the page that the step changes."""
    shows_person = "applicant" in parts or "applicant_lookup" in parts
    panel = _panel(request, request.POST, user, desk, at) if shows_person else Panel(request.POST)
    draft = read_draft(panel.typed, desk, at, user.calendar_edition)
    shown = _unbound_forms(panel.typed, draft, desk, at)
    _mark_sources(shown.form, panel)
    context = _frame(shown, draft, panel.typed, user) | {"panel": panel, "desks": desks, "parts": parts}
    return render(request, "dossiers/intake/parts.html", context)


def _confirmed(request: HttpRequest, user: User, at: datetime, *, prints: bool) -> LastRegistered | None:
    """The dossiers registered last; records the reading where no slip is printed, so that no later session shows them
    again."""
    registered = read_last_registered(request.session, user, at, prints=prints)
    if registered and registered.is_done:
        note_readings(dossiers=registered.dossiers, user=user, page=CONFIRMED, at=at)
    return registered


def _panel(request: HttpRequest, typed: QueryDict, user: User, desk: Unit, at: datetime) -> Panel:
    """Panel 1; records the reading of earlier dossiers that it shows."""
    panel = read_panel(typed, user, desk, at)
    note_readings(dossiers=not_recorded_yet(panel.earlier.shown, user, at), user=user, page=READ_ON, at=at)
    return panel


def _unbound_forms(typed: QueryDict, draft: RegistrationDraft, desk: Unit, at: datetime) -> RegistrationForms:
    """Unbound forms that show what was typed."""
    form = IntakeForm(initial=starting_values(typed, draft), desk=desk, at=at, doing=_doing(typed))
    defects = _defects(typed, [paper for paper, _ticked in draft.papers])
    return RegistrationForms(form, defects, _at_once(typed, at), ProxyForm(initial=typed.dict()))


def _frame(shown: RegistrationForms, draft: RegistrationDraft, typed: QueryDict, user: User) -> dict[str, Any]:
    """The rest of the context; `opened`, the signed start, only where the result may be given at once."""
    frame: dict[str, Any] = {"draft": draft, "typed": typed, "tab": "register", "opened": ""}
    frame |= {"form": shown.form, "defects": shown.defects, "at_once": shown.at_once, "proxy": shown.proxy}
    frame["same_applicant"] = SAME_APPLICANT in typed
    if draft.chosen and draft.is_same_day and may_serve(user, draft.chosen.offering, draft.desk):
        key, offering = str(shown.form["request_key"].value()), draft.chosen.offering.pk
        opened = read_start(typed.get("opened", ""), key, offering) or draft.at
        frame["opened"] = sign_start(key, offering, opened)
    return frame | {"mistakes": sum(len(form.errors) for form in shown.each)}


def _renew_used_values(form: IntakeForm, draft: RegistrationDraft) -> None:
    """Replaces a used request key, and an empty fee of a procedure just chosen."""
    if "request_key" in form.errors:
        form.renew_key()
    if draft.chosen and form.skipped_papers and not form.data.get("fee_vnd"):
        form.put(usual_fee(draft.chosen))


def _mark_sources(form: IntakeForm, panel: Panel) -> None:
    """Shows the source of copied values beside the fields and sets the focus."""
    for name in panel.taken_over:
        form.fields[name].help_text = panel.source_words
    if panel.focus in form.fields:
        form.fields[panel.focus].widget.attrs["autofocus"] = True


def _desk(desks: list[Unit], typed: QueryDict) -> Unit | None:
    """The desk named in the form or the URL, else the first of the person's own."""
    wanted = typed.get("desk", "")
    return next((desk for desk in desks if wanted in {str(desk.pk), desk.slug}), desks[0] if desks else None)
