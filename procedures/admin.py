"""The catalogue for administrators. Versions in force are read-only: they are changed by drafts of two editors, or by
an update of the whole catalogue."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

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
from procedures.versions.actions.change_log import name_actor
from units.look_only import LookOnly
from units.texts.wording import UNKNOWN, short_date


def _save_named(self: Any, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
    """As in Django, with the user named to the triggers that write the change log."""
    name_actor(request.user, timezone.now())
    obj.save()


def _delete_named(self: Any, request: HttpRequest, obj: Any) -> None:
    name_actor(request.user, timezone.now())
    obj.delete()


class DocumentInline(LookOnly, admin.TabularInline[RequiredDocument, ProcedureVersion]):
    model = RequiredDocument


class StepInline(LookOnly, admin.TabularInline[Step, ProcedureVersion]):
    model = Step


class ChannelInline(LookOnly, admin.TabularInline[Channel, ProcedureVersion]):
    model = Channel


class ProcessInline(LookOnly, admin.TabularInline[ProcessStep, Process]):
    model = ProcessStep
    exclude = ["kind"]


@admin.register(Process)
class ProcessAdmin(LookOnly, admin.ModelAdmin[Process]):
    list_display = ["number", "version", "edition", "approved_on", "approver"]
    list_filter = [("approved_on", admin.EmptyFieldListFilter)]
    list_select_related = ["version"]
    search_fields = ["number", "version__name", "version__name_folded", "version__procedure__ref"]
    readonly_fields = ["approved_on", "approved_by"]
    inlines = [ProcessInline]


@admin.register(Field)
class FieldAdmin(admin.ModelAdmin[Field]):
    save_model, delete_model = _save_named, _delete_named
    list_display = ["name", "name_en", "group"]
    list_filter = ["group"]
    search_fields = ["name", "name_en", "slug"]


@admin.register(Abbreviation)
class AbbreviationAdmin(admin.ModelAdmin[Abbreviation]):
    """Abbreviations; the next search knows a new one."""

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
class ProcedureVersionAdmin(LookOnly, admin.ModelAdmin[ProcedureVersion]):
    list_display = ["name", "procedure", "valid_words", "term_words", "term_mark", "name_mark", "fee_mark"]
    list_filter = ["term_verified", "name_verified", "procedure__code_verified", "online_level", "procedure__level"]
    search_fields = ["name", "name_folded", "procedure__ref"]
    list_select_related = ["procedure"]
    exclude = ["valid", "audience"]
    readonly_fields = ["valid_words", "audience_words"]
    inlines = [DocumentInline, StepInline, ChannelInline]

    @admin.display(description=_("đối tượng"))
    def audience_words(self, version: ProcedureVersion) -> str:
        return version.audience_words

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
class OfferingAdmin(LookOnly, admin.ModelAdmin[Offering]):
    list_display = ["procedure", "unit", "handler", "valid_words", "committed_words", "cut_off"]
    list_filter = ["unit", "committed_unit"]
    search_fields = ["procedure__ref", "procedure__versions__name_folded", "unit__name"]
    list_select_related = ["procedure", "unit", "handler"]
    exclude = ["valid"]
    readonly_fields = ["valid_words"]

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
