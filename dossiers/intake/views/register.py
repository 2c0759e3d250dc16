"""The registration page: three panels, one submit, and an empty form again."""

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
from dossiers.intake.applicant_lookup import READ_ON, unread
from dossiers.intake.applicant_panel import Panel, read_panel
from dossiers.intake.at_once_fields import AtOnceForm
from dossiers.intake.desk_statistics import counter_today, read_seconds
from dossiers.intake.draft import Draft, read_draft, starting_values, usual_fee
from dossiers.intake.forms import AT_ONCE, INCOMPLETE, LATER, REFUSE, REGISTER, IntakeForm
from dossiers.intake.last_registered import (
    CONFIRMED,
    TakenIn,
    find_unconfirmed,
    last_applicants_file,
    particulars,
    print_still,
    recall,
    remember,
    save_now,
)
from dossiers.intake.register_several import register_several
from dossiers.intake.serve_at_once import serve_at_once
from dossiers.intake.started_at_desk import read_opening, receipt_moment, sign_opening
from dossiers.intake.submit import HandedIn, refuse_at_desk, submit_dossier, submit_incomplete
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

SAME_APPLICANT = "cung-nguoi"  # in the address: one dossier more of the last applicant, whom only the session knows


@dataclass(frozen=True, slots=True)
class Typed:
    """The forms of the page. Those the pressed button is not about only show what was typed."""

    form: IntakeForm
    defects: DefectsForm
    at_once: AtOnceForm
    proxy: ProxyForm

    @property
    def each(self) -> tuple[forms.Form, ...]:
        return self.form, self.defects, self.at_once, self.proxy

    @property
    def is_valid(self) -> bool:
        """Judges all of them, so that everything wrong is said in one answer."""
        wrong = [form for form in self.each if form.is_bound and not form.is_valid()]
        return not wrong

    def put_beside(self, broken: RuleBroken) -> None:
        """The sentence of a broken rule goes to the field it is about, in whichever form has it."""
        if broken.field == "fee_collected":
            self.form.add_error("fee_status", broken.message)
            return
        judged = [form for form in self.each if form.is_bound and broken.field in form.fields]
        add_broken(judged[-1] if judged else self.form, broken)


@csp_update({"frame-src": ["'self'"]})  # where the slip is printed from
@staff_only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, user: User) -> HttpResponse:
    """GET: an empty form. POST: `step` redraws it with what was typed, else the button says what is made of it."""
    at = timezone.now()
    desks = desks_of(user, local_day(at))
    typed = request.POST if request.method == "POST" else _begun(request, user, at)
    desk = _desk(desks, typed)
    if desk is None:
        return render(request, "dossiers/intake/no_desk.html", status=404)
    if request.method == "GET":
        find_unconfirmed(request.session, user, desk, at)
    if request.method == "GET" or "step" in typed:
        return _page(request, user, typed, None, desks, desk, at)
    if _is_untouched(typed) and print_still(request.session, at):
        return redirect(f"{reverse('dossiers:register')}?desk={desk.slug}")
    judged = _judged(request.POST, desk, at)
    return _taken_in(request, judged, user, desk, at) or _page(request, user, typed, judged, desks, desk, at)


@transaction.atomic
def _taken_in(request: HttpRequest, judged: Typed, user: User, desk: Unit, at: datetime) -> HttpResponse | None:
    """Register, and write into the session what was registered, both or neither: an answer that is lost after that
    is shown by the next page. None when a form or a rule forbids it."""
    made = _made(judged, user, desk, at)
    if not made:
        return None
    answer = _answer(request, judged, made, at)
    save_now(request.session)
    return answer


def _is_untouched(typed: QueryDict) -> bool:
    """Whether the key that registered the last dossier was pressed once more, on the empty form that followed."""
    return not any(typed.get(name, "").strip() for name in ("q", "offering", "name", "id_number", "phone"))


def _begun(request: HttpRequest, user: User, at: datetime) -> QueryDict:
    """What an unsent form shows already: what was typed when the session ended, or the applicant of the last dossier,
    whose file is thereby read."""
    typed = typed_before(request, user) or request.GET.copy()
    if SAME_APPLICANT in typed and (file := last_applicants_file(request.session, user, at)):
        note_readings(dossiers=[file], user=user, page=SAME_APPLICANT, at=at)
        typed.update(particulars(file))
    return typed


def _judged(typed: QueryDict, desk: Unit, at: datetime) -> Typed:
    """The forms that the pressed button is about, bound to what was typed."""
    form = IntakeForm(typed, desk=desk, at=at, doing=_doing(typed))
    asked = form.fields["papers"]
    assert isinstance(asked, ModelMultipleChoiceField)
    defects = _defects(typed, asked.queryset or (), is_judged=form.doing == INCOMPLETE)
    return Typed(form, defects, _at_once(typed, at, is_judged=form.doing == AT_ONCE), ProxyForm(typed))


def _defects(typed: QueryDict, papers: Iterable[RequiredDocument], *, is_judged: bool = False) -> DefectsForm:
    """What is wrong with the papers: judged, or only shown as typed."""
    shown = typed.dict() | {"reasons": typed.getlist("reasons")}
    return DefectsForm(typed if is_judged else None, initial=shown, papers=papers)


def _at_once(typed: QueryDict, at: datetime, *, is_judged: bool = False) -> AtOnceForm:
    """The result and its receiver: judged, or only shown as typed."""
    return AtOnceForm(typed if is_judged else None, initial=typed.dict(), at=at)


def _doing(typed: QueryDict) -> str:
    return next((name for name in (REFUSE, INCOMPLETE, LATER, AT_ONCE) if name in typed), REGISTER)


def _made(judged: Typed, user: User, desk: Unit, at: datetime) -> list[Dossier]:
    """The dossiers, or none when a form or a rule forbids it: the sentences are then beside the fields."""
    if not judged.is_valid:
        return []
    try:
        if judged.form.doing == AT_ONCE:
            return [_serve(judged, user, desk, at)]
        if judged.form.doing == REGISTER:
            return _register(judged, user, desk, at)
        return [_hand_in(judged, user, desk, at)]
    except RuleBroken as broken:
        judged.put_beside(broken)
        return []


def _answer(request: HttpRequest, judged: Typed, made: list[Dossier], at: datetime) -> HttpResponse:
    """To the next empty form, which says what was made and prints it. After a result given at once the slip is printed
    only where it was asked for."""
    to_print = judged.form.doing != AT_ONCE or judged.at_once.cleaned_data["print_slip"]
    if judged.form.doing == AT_ONCE and made[0].state is Status.RETURNED:
        messages.success(request, _done_words(made[0]))
    remember(request.session, made, at, to_print=to_print)
    return redirect(f"{reverse('dossiers:register')}?desk={made[0].receiving_desk.slug}")


def _done_words(dossier: Dossier) -> str:
    """What was done in one go, without saying for whom."""
    assert dossier.received_at is not None
    assert dossier.finished_at is not None
    times = {"received": clock_time(dossier.received_at), "finished": clock_time(dossier.finished_at)}
    return _("Đã tiếp nhận lúc %(received)s và trả kết quả lúc %(finished)s.") % times


def _register(judged: Typed, user: User, desk: Unit, at: datetime) -> list[Dossier]:
    form = judged.form
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
        proxy=judged.proxy.proxy,
        actor=user,
        at=at,
        seconds=read_seconds(form.cleaned_data["counter_seconds"]),
    )


def _serve(judged: Typed, user: User, desk: Unit, at: datetime) -> Dossier:
    """Received when the page first showed the procedure, finished and handed out now. Raises RuleBroken."""
    form, typed = judged.form, judged.form.cleaned_data
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
        result=judged.at_once.result,
        proxy=judged.proxy.proxy,
        receiver=judged.at_once.receiver(form.applicant.name, judged.proxy.proxy, fee_collected=paid),
        actor=user,
        received_at=receipt_moment(read_opening(form.data.get("opened", ""), key, offering.pk), at),
        at=at,
        seconds=read_seconds(typed["counter_seconds"]),
    )


def _hand_in(judged: Typed, user: User, desk: Unit, at: datetime) -> Dossier:
    """Take it in without accepting it: refused, incomplete, or to be checked later."""
    form, typed = judged.form, judged.form.cleaned_data
    proxy = judged.proxy.proxy
    handed_in = HandedIn(typed["request_key"], desk, typed["offering"], form.applicant, proxy=proxy)
    if form.doing == REFUSE:
        ground = typed["ground"]
        return refuse_at_desk(handed_in=handed_in, reason=typed["refusal"], ground=ground, actor=user, at=at)
    handed_in = replace(handed_in, papers=form.papers_taken, terms=form.terms)
    if form.doing == LATER:
        return submit_dossier(handed_in=handed_in, actor=user, at=at)
    return submit_incomplete(handed_in=handed_in, defects=judged.defects.defects, actor=user, at=at)


def _page(
    request: HttpRequest,
    user: User,
    typed: QueryDict,
    judged: Typed | None,
    desks: list[Unit],
    desk: Unit,
    at: datetime,
) -> HttpResponse:
    """The page with judged forms (422), or with fresh ones that only show what was typed."""
    panel = _panel(request, typed, user, desk, at)
    typed = panel.typed
    draft = read_draft(typed, desk, at, user.calendar_edition)
    shown = judged or _shown(typed, draft, desk, at)
    if judged:
        _freshen(judged.form, draft)
    _dress(shown.form, panel)
    context = _frame(shown, draft, typed, user) | {"panel": panel, "today": counter_today(desk, user, at)}
    if request.method == "GET" or judged:
        context["taken_in"] = _confirmed(request, user, at, prints=judged is None)
    if request.method == "GET":
        context["scans_first"] = SAME_APPLICANT not in typed
    context |= {"desks": desks, "day_off": day_off_words(at, draft.calendar)}
    response = render(request, "dossiers/intake/register.html", context, status=422 if judged else 200)
    response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"  # it reads cards
    return response


def _confirmed(request: HttpRequest, user: User, at: datetime, *, prints: bool) -> TakenIn | None:
    """The band; where no slip will be opened for it, that it was shown is recorded: the next session need not."""
    taken_in = recall(request.session, user, at, prints=prints)
    if taken_in and taken_in.is_done:
        note_readings(dossiers=taken_in.dossiers, user=user, page=CONFIRMED, at=at)
    return taken_in


def _panel(request: HttpRequest, typed: QueryDict, user: User, desk: Unit, at: datetime) -> Panel:
    """Panel 1; that something was told from earlier dossiers is recorded."""
    panel = read_panel(typed, user, desk, at)
    note_readings(dossiers=unread(panel.known.shown, user, at), user=user, page=READ_ON, at=at)
    return panel


def _shown(typed: QueryDict, draft: Draft, desk: Unit, at: datetime) -> Typed:
    """Forms that nobody judges yet."""
    form = IntakeForm(initial=starting_values(typed, draft), desk=desk, at=at, doing=_doing(typed))
    defects = _defects(typed, [paper for paper, _ticked in draft.papers])
    return Typed(form, defects, _at_once(typed, at), ProxyForm(initial=typed.dict()))


def _frame(shown: Typed, draft: Draft, typed: QueryDict, user: User) -> dict[str, Any]:
    """What the page shows beside its forms; `opened` only where the result may be given at once."""
    frame: dict[str, Any] = {"draft": draft, "typed": typed, "tab": "register", "opened": ""}
    frame |= {"form": shown.form, "defects": shown.defects, "at_once": shown.at_once, "proxy": shown.proxy}
    frame["same_applicant"] = SAME_APPLICANT in typed
    if draft.chosen and draft.is_same_day and may_serve(user, draft.chosen.offering, draft.desk):
        key, offering = str(shown.form["request_key"].value()), draft.chosen.offering.pk
        opened = read_opening(typed.get("opened", ""), key, offering) or draft.at
        frame["opened"] = sign_opening(key, offering, opened)
    return frame | {"mistakes": sum(len(form.errors) for form in shown.each)}


def _freshen(form: IntakeForm, draft: Draft) -> None:
    """What a judged form has to show otherwise than it was typed: a used key, a fee that nobody has looked at yet."""
    if "request_key" in form.errors:
        form.renew_key()
    if draft.chosen and form.skipped_papers and not form.data.get("fee_vnd"):
        form.put(usual_fee(draft.chosen))


def _dress(form: IntakeForm, panel: Panel) -> None:
    """Say beside the fields where what they hold comes from, and begin in the one to go on with."""
    for name in panel.taken_over:
        form.fields[name].help_text = panel.source_words
    if panel.focus in form.fields:
        form.fields[panel.focus].widget.attrs["autofocus"] = True


def _desk(desks: list[Unit], typed: QueryDict) -> Unit | None:
    """The desk named in the form or the address, else the first of the person's own."""
    wanted = typed.get("desk", "")
    return next((desk for desk in desks if wanted in {str(desk.pk), desk.slug}), desks[0] if desks else None)
