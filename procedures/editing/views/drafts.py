"""Pages of a draft: its author edits it, another editor compares and decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import Role, staff_only, typed_before
from files.storage.serving import answer_with
from procedures.editing.actions.drafts import (
    DraftChangedMeanwhile,
    draft_faults,
    drop_draft,
    publish_draft,
    recall_draft,
    save_content,
    save_decision,
    send_back,
    submit_draft,
)
from procedures.editing.forms.blank_forms import with_forms
from procedures.editing.forms.drafts import (
    ContentSheet,
    DecisionForm,
    PublishForm,
    SendBackForm,
    with_more_rows,
)
from procedures.editing.forms.offices import OfficesSheet
from procedures.editing.views.procedures import check_editor
from procedures.models import FormFile, ProcedureDraft, ProcedureVersion
from procedures.versions.checking import Fault
from procedures.versions.content import with_content
from procedures.versions.content_differences import compared, content_differences, shown_state
from procedures.versions.differences import Difference
from procedures.versions.offices import offered, office_differences
from procedures.versions.publication_duty import public_by
from units.calendar.lookup import working_calendar
from units.rules import RuleBroken

AnySheet = ContentSheet | OfficesSheet | DecisionForm

CONFLICT, TOO_LARGE, WRONG = 409, 413, 422
VERBS: Mapping[str, type[forms.Form]] = {
    "cong-bo": PublishForm,
    "tra-lai": SendBackForm,
    "rut": forms.Form,
    "bo": forms.Form,
}
Kind, Status = ProcedureDraft.Kind, ProcedureDraft.Status


@staff_only(Role.EDITOR)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """The form, to the author while the draft is being written; otherwise the comparison with the version in force."""
    check_editor(user)
    found = _draft(pk)
    if found.status != Status.WRITING or found.author_id != user.pk:
        return _compared(request, user, found)
    if request.method == "GET":
        before = typed_before(request, user)
        return _written(request, found, _form(found, before), edition=_edition(found, before))
    typed, wrong, too_large = with_forms(request, user, timezone.now())
    edition = _edition(found, typed)
    if more := typed.get("them"):
        typed = with_more_rows(typed, str(more))
    form = _form(found, typed)
    is_valid = form.is_valid()
    if isinstance(form, ContentSheet):
        form.add_wrong_uploads(wrong, too_large)
    if more or wrong or too_large or not is_valid:
        status = TOO_LARGE if too_large else 200 if more and not wrong else WRONG
        return _written(request, found, form, edition=edition, status=status)
    return _saved(request, user, found, form, edition)


@staff_only(Role.EDITOR)
@require_GET
def form_file(request: HttpRequest, user: User, pk: int) -> HttpResponseBase:
    """A blank form for editors, also before it is public."""
    check_editor(user)
    return answer_with(get_object_or_404(FormFile.objects.select_related("file"), pk=pk).file)


@staff_only(Role.EDITOR)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, user: User, pk: int, verb: str) -> HttpResponse:
    """Publishes, sends back, recalls or drops the draft. Shows a broken rule, or that the draft has changed since it
    was read, on the same page. On GET (after signing in again) shows the page of the draft with what was typed."""
    check_editor(user)
    found = _draft(pk)
    if verb not in VERBS:
        raise Http404
    kind = VERBS[verb]
    if request.method == "GET":
        typed = typed_before(request, user)
        form = kind(initial=first_values(typed)) if typed else None
        return _compared(request, user, found, form=form) if form else redirect("editing:draft", pk)
    form, seen = kind(request.POST), request.POST.get("seen", "")
    status = WRONG
    if form.is_valid():
        try:
            _act(verb, found, form, user, seen)
        except RuleBroken as broken:
            add_broken(form, broken)
            if isinstance(broken, DraftChangedMeanwhile):
                seen, status = "", CONFLICT
        else:
            return _redirect_with_message(request, found, verb)
    return _compared(request, user, _draft(pk), form=form, seen=seen, status=status)


def _act(verb: str, found: ProcedureDraft, form: forms.Form, user: User, seen: str) -> None:
    at, typed = timezone.now(), form.cleaned_data
    if verb == "cong-bo":
        publish_draft(draft=found, seen=seen, valid_from=typed["valid_from"], actor=user, at=at)
    elif verb == "tra-lai":
        send_back(draft=found, seen=seen, reason=typed["reason"], actor=user, at=at)
    elif verb == "rut":
        recall_draft(draft=found, actor=user, at=at)
    else:
        drop_draft(draft=found, actor=user, at=at)


def _redirect_with_message(request: HttpRequest, found: ProcedureDraft, verb: str) -> HttpResponse:
    sentences = {
        "cong-bo": _("Đã công bố."),
        "tra-lai": _("Đã trả lại người soạn."),
        "rut": _("Đã rút về để sửa."),
        "bo": _("Đã bỏ dự thảo."),
    }
    messages.success(request, sentences[verb])
    if verb == "rut":
        return redirect("editing:draft", found.pk)
    return redirect("editing:procedure", found.procedure.ref)


def _draft(pk: int) -> ProcedureDraft:
    drafts = ProcedureDraft.objects.select_related("procedure__field", "procedure__level", "author", "reviewer")
    return get_object_or_404(drafts, pk=pk)


def _form(found: ProcedureDraft, data: QueryDict | None) -> AnySheet:
    decision = {name: getattr(found, name) for name in ("decision", "decided_on", "valid_from")}
    if found.kind == Kind.OFFICES:
        return OfficesSheet(found.procedure, found.content, decision, data)
    if found.kind == Kind.WITHDRAWAL:
        return DecisionForm(data, initial=decision)
    return ContentSheet(found.content, decision, data)


def _edition(found: ProcedureDraft, typed: QueryDict | None) -> int:
    """The edition shown on the page that was posted; 0 when the page does not name one."""
    if typed is None:
        return found.edition
    edition = str(typed.get("edition", ""))
    return int(edition) if edition.isdecimal() and len(edition) < 10 else 0


def _saved(request: HttpRequest, user: User, found: ProcedureDraft, form: AnySheet, edition: int) -> HttpResponse:
    """Saves what was typed, complete or not; with `gui` also submits the draft, or shows all that prevents it."""
    at = timezone.now()
    try:
        found = _save(found, form, edition, user, at)
        if "gui" not in request.POST:
            messages.success(request, _("Đã lưu dự thảo."))
            return redirect("editing:draft", found.pk)
        if not (faults := draft_faults(found, timezone.localdate(at))):
            submit_draft(draft=found, actor=user, at=at, edition=found.edition)
            messages.success(request, _("Đã gửi người thứ hai duyệt."))
            return redirect("editing:procedure", found.procedure.ref)
    except DraftChangedMeanwhile as moved:  # another window was faster
        _add(form, [Fault("", moved.message)])
        now = _draft(found.pk)
        return _written(
            request, now, form, edition=now.edition, moved=_differences_from_saved(now, form), status=CONFLICT
        )
    except RuleBroken as broken:
        faults = [Fault(broken.field or "", broken.message)]
    _add(form, faults)
    return _written(request, found, form, edition=found.edition, status=WRONG)


@transaction.atomic
def _save(found: ProcedureDraft, form: AnySheet, edition: int, user: User, at: datetime) -> ProcedureDraft:
    if not isinstance(form, DecisionForm):
        found = save_content(draft=found, content=form.content, edition=edition, actor=user, at=at)
        edition = found.edition
    return save_decision(draft=found, **_decision(form), edition=edition, actor=user, at=at)


def _decision(form: AnySheet) -> dict[str, Any]:
    return form.cleaned_data if isinstance(form, DecisionForm) else form.decision


def _differences_from_saved(now: ProcedureDraft, form: AnySheet) -> list[Difference]:
    """Where what another window saved differs from what was typed here."""
    labels = {name: str(field.label) for name, field in DecisionForm.base_fields.items()}
    typed = _decision(form)
    pairs = {label: (_words(getattr(now, name)), _words(typed[name])) for name, label in labels.items()}
    rows = [Difference(label, *pair) for label, pair in pairs.items() if pair[0] != pair[1]]
    if isinstance(form, ContentSheet):
        return rows + compared(now.content, form.content, now.procedure)
    if isinstance(form, OfficesSheet):
        return rows + office_differences(now.content, form.content)
    return rows


def _words(value: str | date | None) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value or ""


def _add(form: AnySheet, faults: list[Fault]) -> None:
    if not isinstance(form, DecisionForm):
        form.add_faults(faults)
        return
    for fault in faults:
        form.add_error(fault.field if fault.field in form.fields else None, fault.message)


def _written(
    request: HttpRequest,
    found: ProcedureDraft,
    form: AnySheet,
    *,
    edition: int,
    moved: list[Difference] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form with the edition it was typed on; `moved` is what another window saved."""
    context = {
        "draft": found,
        "edition": edition,
        "moved": moved,
        "sheet": form if isinstance(form, ContentSheet) else None,
        "places": form if isinstance(form, OfficesSheet) else None,
        "form": form if isinstance(form, DecisionForm) else form.form,
        "tab": "editing",
    }
    return render(request, "procedures/editing/write.html", context, status=status)


def _compared(
    request: HttpRequest,
    user: User,
    found: ProcedureDraft,
    *,
    form: forms.Form | None = None,
    seen: str = "",
    status: int = 200,
) -> HttpResponse:
    """The draft beside the version it replaces, with the actions open to a reviewer. `seen` is the current state of
    the draft unless an earlier page is given."""
    before = _before(found)
    calendar = working_calendar(None, user.calendar_edition)
    may_decide = found.status == Status.SUBMITTED and found.author_id != user.pk
    context = {
        "draft": found,
        "before": before,
        "rows": _rows(before, found),
        "open_dossiers": found.procedure.dossiers.open().count(),
        "public_by": public_by(found.decided_on, calendar) if found.decided_on else None,
        "may_decide": may_decide,
        "may_recall": found.status == Status.SUBMITTED and found.author_id == user.pk,
        "publish_form": form if isinstance(form, PublishForm) else PublishForm(initial=_day(found)),
        "back_form": form if isinstance(form, SendBackForm) else SendBackForm(),
        "form": form,
        "seen": seen or shown_state(found),
        "today": timezone.localdate(),
        "tab": "editing",
    }
    return render(request, "procedures/editing/compare.html", context, status=status)


def _rows(before: ProcedureVersion | None, found: ProcedureDraft) -> list[Difference]:
    if found.kind == Kind.VERSION:
        return content_differences(before, found.content, found.procedure)
    if found.kind == Kind.OFFICES:
        until = found.valid_from - timedelta(days=1) if found.status == Status.PUBLISHED and found.valid_from else None
        return office_differences(offered(found.procedure, until or timezone.localdate()), found.content)
    return []


def _before(found: ProcedureDraft) -> ProcedureVersion | None:
    """The version that the draft replaces or replaced."""
    versions = with_content(ProcedureVersion.objects.filter(procedure=found.procedure)).select_related(
        "procedure__field"
    )
    if found.status == Status.PUBLISHED and found.valid_from:
        versions = versions.filter(valid__startswith__lt=found.valid_from)
    return versions.order_by("-valid").first()


def _day(found: ProcedureDraft) -> dict[str, Any]:
    """The day that the author chose, or today if it has passed."""
    return {"valid_from": max(found.valid_from or timezone.localdate(), timezone.localdate())}
