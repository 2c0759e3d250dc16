from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from procedures.actions import approve_process, check_process, name_actor, new_edition, refold
from procedures.models import (
    Abbreviation,
    Channel,
    Field,
    Offering,
    Procedure,
    ProcedureVersion,
    Process,
    ProcessStep,
    RequiredDocument,
    Step,
)
from procedures.terms import AUDIENCES, fits, make_term
from units.rules import RuleBroken
from units.wording import UNKNOWN, short_date


class OfferingForm(ModelForm[Offering]):
    """Says beside the field what the database would refuse at the end of the transaction."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        committed = make_term(cleaned.get("committed_amount"), cleaned.get("committed_unit", ""), None)
        if committed and cleaned.get("procedure") and cleaned.get("valid"):
            versions = ProcedureVersion.objects.filter(procedure=cleaned["procedure"], valid__overlap=cleaned["valid"])
            if any(version.term and not fits(committed, version.term) for version in versions):
                raise ValidationError({"committed_amount": _("Không được dài hơn thời hạn theo quy định.")})
        return cleaned


class VersionForm(ModelForm[ProcedureVersion]):
    """Refuses a statutory term shorter than a promise already made for it."""

    audience = forms.MultipleChoiceField(
        label=_("đối tượng"), choices=list(AUDIENCES.items()), widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        term = make_term(cleaned.get("term_amount"), cleaned.get("term_unit", ""), None)
        if term and cleaned.get("procedure") and cleaned.get("valid"):
            promised = Offering.objects.filter(procedure=cleaned["procedure"], valid__overlap=cleaned["valid"])
            promises = [make_term(row.committed_amount, row.committed_unit, None) for row in promised]
            if not all(fits(committed, term) for committed in promises if committed):
                raise ValidationError({"term_amount": _("Có nơi đã cam kết thời hạn dài hơn.")})
        return cleaned


def _save_named(self: Any, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
    """As stock, with the person named to the triggers that write down who changed what; inlines are saved after it."""
    name_actor(request.user)
    obj.save()


def _delete_named(self: Any, request: HttpRequest, obj: Any) -> None:
    name_actor(request.user)
    obj.delete()


class DocumentInline(admin.TabularInline[RequiredDocument, ProcedureVersion]):
    model = RequiredDocument
    extra = 0


class StepInline(admin.TabularInline[Step, ProcedureVersion]):
    model = Step
    extra = 0


class ChannelInline(admin.TabularInline[Channel, ProcedureVersion]):
    model = Channel
    extra = 0


class ProcessFormSet(BaseInlineFormSet[ProcessStep, Process, ModelForm[ProcessStep]]):
    """Refuses at once what could never be approved."""

    def clean(self) -> None:
        super().clean()
        if any(not form.is_valid() for form in self.forms):
            return
        used = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form.instance for form in used if not form.cleaned_data.get("DELETE")]
        term = self.instance.version.term if self.instance.version_id else None
        try:
            check_process(sorted(kept, key=lambda step: step.position), term)
        except RuleBroken as broken:
            raise ValidationError(broken.message) from broken


class ProcessInline(admin.TabularInline[ProcessStep, Process]):
    model = ProcessStep
    formset = ProcessFormSet
    exclude = ["kind"]
    autocomplete_fields = ["unit"]
    extra = 0


@admin.register(Process)
class ProcessAdmin(admin.ModelAdmin[Process]):
    """Drafts are edited and approved; what is approved is only read, and changed by a new edition."""

    save_model, delete_model = _save_named, _delete_named
    list_display = ["number", "version", "edition", "approved_on", "approver"]
    list_filter = [("approved_on", admin.EmptyFieldListFilter)]
    list_select_related = ["version"]
    search_fields = ["number", "version__name", "version__name_folded", "version__procedure__ref"]
    autocomplete_fields = ["version"]
    readonly_fields = ["approved_on", "approved_by"]
    inlines = [ProcessInline]
    actions = ["approve", "begin_edition"]

    def has_change_permission(self, request: HttpRequest, obj: Process | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_approved)

    def has_delete_permission(self, request: HttpRequest, obj: Process | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_approved)

    @admin.action(description=_("Phê duyệt, áp dụng từ hôm nay"), permissions=["change"])
    def approve(self, request: HttpRequest, chosen: QuerySet[Process]) -> None:
        at, keeper = timezone.now(), request.user
        assert isinstance(keeper, User)
        for process in chosen:
            try:
                approve_process(process=process, on=timezone.localdate(at), actor=keeper, at=at)
            except RuleBroken as broken:
                self.message_user(request, f"{process}: {broken.message}", messages.ERROR)

    @admin.action(description=_("Lập lần ban hành mới từ bản này"), permissions=["add"])
    def begin_edition(self, request: HttpRequest, chosen: QuerySet[Process]) -> None:
        for process in chosen:
            draft = new_edition(process=process)
            said = _("Đã lập bản nháp lần %(n)d của %(process)s.") % {"n": draft.edition, "process": process}
            self.message_user(request, said, messages.SUCCESS)


@admin.register(Field)
class FieldAdmin(admin.ModelAdmin[Field]):
    save_model, delete_model = _save_named, _delete_named
    list_display = ["name", "name_en", "group"]
    list_filter = ["group"]
    search_fields = ["name", "name_en", "slug"]


@admin.register(Abbreviation)
class AbbreviationAdmin(admin.ModelAdmin[Abbreviation]):
    """What clerks type for short; the next search knows it."""

    list_display = ["short", "meaning"]
    search_fields = ["short", "meaning"]


@admin.register(Procedure)
class ProcedureAdmin(admin.ModelAdmin[Procedure]):
    save_model, delete_model = _save_named, _delete_named
    list_display = ["ref", "current_name", "level", "field", "national_code", "code_mark"]
    list_filter = ["code_verified", "level", "field__group"]
    search_fields = ["ref", "national_code", "versions__name_folded", "versions__name"]
    list_select_related = ["level", "field"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Procedure]:
        return super().get_queryset(request).prefetch_related("versions")

    def get_readonly_fields(self, request: HttpRequest, obj: Procedure | None = None) -> list[str]:
        """The public address of a procedure never changes once given."""
        return ["ref"] if obj else []

    @admin.display(description=_("tên"))
    def current_name(self, procedure: Procedure) -> str:
        """The latest version's name; a dash before there is one."""
        latest = max(procedure.versions.all(), key=lambda version: str(version.valid.lower), default=None)
        return latest.name if latest else UNKNOWN

    @admin.display(description=_("mã đã kiểm chứng"))
    def code_mark(self, procedure: Procedure) -> str:
        return _mark(verified=procedure.code_verified)


@admin.register(ProcedureVersion)
class ProcedureVersionAdmin(admin.ModelAdmin[ProcedureVersion]):
    save_model, delete_model = _save_named, _delete_named
    form = VersionForm
    list_display = ["name", "procedure", "valid_words", "term_words", "term_mark", "name_mark", "fee_mark"]
    list_filter = ["term_verified", "name_verified", "procedure__code_verified", "online_level", "procedure__level"]
    search_fields = ["name", "name_folded", "procedure__ref"]
    list_select_related = ["procedure"]
    autocomplete_fields = ["procedure"]
    inlines = [DocumentInline, StepInline, ChannelInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refold(version=form.instance)

    @admin.display(description=_("hiệu lực"), ordering="valid")
    def valid_words(self, version: ProcedureVersion) -> str:
        return _range_words(version.valid)

    @admin.display(description=_("thời hạn"))
    def term_words(self, version: ProcedureVersion) -> str:
        return version.term_words

    @admin.display(description=_("thời hạn đã kiểm chứng"))
    def term_mark(self, version: ProcedureVersion) -> str:
        return _mark(verified=version.term_verified)

    @admin.display(description=_("tên đã kiểm chứng"))
    def name_mark(self, version: ProcedureVersion) -> str:
        return _mark(verified=version.name_verified)

    @admin.display(description=_("phí, lệ phí đã kiểm chứng"))
    def fee_mark(self, version: ProcedureVersion) -> str:
        """No fee of the data files was compared with a decision in force."""
        return str(_("chưa kiểm chứng")) if version.fee_vnd is None or version.fee_vnd else ""


@admin.register(Offering)
class OfferingAdmin(admin.ModelAdmin[Offering]):
    save_model, delete_model = _save_named, _delete_named
    form = OfferingForm
    list_display = ["procedure", "unit", "handler", "valid_words", "committed_words", "cut_off"]
    list_filter = ["unit", "committed_unit"]
    search_fields = ["procedure__ref", "procedure__versions__name_folded", "unit__name"]
    list_select_related = ["procedure", "unit", "handler"]
    autocomplete_fields = ["procedure"]

    @admin.display(description=_("hiệu lực"), ordering="valid")
    def valid_words(self, offering: Offering) -> str:
        return _range_words(offering.valid)

    @admin.display(description=_("thời hạn cam kết"))
    def committed_words(self, offering: Offering) -> str:
        return offering.committed_words


def _range_words(valid: DateRange) -> str:
    """The first and the last day of a half-open range of days, or only the side that has an end."""
    language = get_language() or "vi"
    first = short_date(valid.lower, language) if valid.lower else ""
    last = short_date(valid.upper - timedelta(days=1), language) if valid.upper else ""
    if first and last:
        return f"{first} – {last}"
    return str(_("từ %(day)s") % {"day": first} if first else _("đến %(day)s") % {"day": last})


def _mark(*, verified: bool) -> str:
    return str(_("đã kiểm chứng") if verified else _("chưa kiểm chứng"))
