"""A procedure as the open API tells it: in a list, whole, and version by version."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procedures.exports.open_record import record_of
from procedures.exports.serializers.days import HourField, LastDayField
from procedures.models import ProcedureVersion


class TermShape(serializers.Serializer[Any]):
    amount = serializers.IntegerField(source="term_amount", allow_null=True)
    unit = serializers.CharField(source="term_unit", allow_blank=True)
    words = serializers.CharField(source="term_words")
    verified = serializers.BooleanField(source="term_verified")


class PlaceShape(serializers.Serializer[Any]):
    slug = serializers.CharField(source="unit.slug")
    name = serializers.CharField(source="unit.name")
    committed_amount = serializers.IntegerField(allow_null=True)
    committed_unit = serializers.CharField(allow_blank=True)
    cut_off = HourField(allow_null=True, help_text="of this office, where it has its own")


class ProcedureSummary(serializers.Serializer[Any]):
    """`code` is the address on this portal; `national_code` is null unless it was seen in a public record."""

    code = serializers.CharField(source="procedure.ref")
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    level = serializers.CharField(source="procedure.level.code")
    field = serializers.CharField(source="procedure.field.name")
    field_en = serializers.CharField(source="procedure.field.name_en", allow_blank=True)
    national_code = serializers.SerializerMethodField()
    code_verified = serializers.BooleanField(source="procedure.code_verified")
    term = TermShape(source="*")
    fee_vnd = serializers.IntegerField(allow_null=True)
    fee_note = serializers.CharField(allow_blank=True)
    online_level = serializers.CharField(allow_blank=True)

    def get_national_code(self, version: ProcedureVersion) -> str | None:
        return version.procedure.official_code or None


class PaperShape(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    case = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    originals = serializers.IntegerField()
    copies = serializers.IntegerField()
    form_code = serializers.CharField(allow_blank=True)
    form = serializers.URLField(allow_null=True, help_text="the blank form to download, PDF or Word")


class WayShape(serializers.Serializer[Any]):
    way = serializers.CharField()
    term_text = serializers.CharField(allow_blank=True)
    fee_vnd = serializers.IntegerField(allow_null=True)
    fee_note = serializers.CharField(allow_blank=True)


class ProcedureDetail(ProcedureSummary):
    """`cut_off`, as "15:00": what is received later on a day is answered on the next working day."""

    name_verified = serializers.BooleanField()
    term_note = serializers.CharField(allow_blank=True)
    cut_off = HourField(allow_null=True)
    online_reason = serializers.CharField(allow_blank=True)
    conditions = serializers.CharField(allow_blank=True)
    competent = serializers.CharField(allow_blank=True)
    handling = serializers.CharField(allow_blank=True)
    coordinating = serializers.ListField(child=serializers.CharField())
    ways = WayShape(many=True)
    decision = serializers.CharField(allow_blank=True)
    audience = serializers.ListField(child=serializers.CharField())
    result = serializers.CharField()
    documents = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()
    legal_basis = serializers.ListField(child=serializers.CharField())
    interlinked = serializers.BooleanField()
    offered_at = PlaceShape(source="procedure.places", many=True)
    valid_from = serializers.DateField(source="valid.lower")

    @extend_schema_field(PaperShape(many=True))
    def get_documents(self, version: ProcedureVersion) -> list[dict[str, Any]]:
        documents = record_of(version)["documents"]
        return [{"position": place} | paper for place, paper in enumerate(documents, 1)]

    def get_steps(self, version: Any) -> list[str]:
        return [step["text"] for step in version.public_steps]


class VersionSummary(serializers.Serializer[Any]):
    """`valid_to` is the last day, null while no end is known; `changes` is the page that tells the differences."""

    code = serializers.CharField(source="procedure.ref")
    name = serializers.CharField()
    decision = serializers.CharField(allow_blank=True)
    valid_from = serializers.DateField(source="valid.lower")
    valid_to = LastDayField()
    term = TermShape(source="*")
    fee_vnd = serializers.IntegerField(allow_null=True)
    fee_note = serializers.CharField(allow_blank=True)
    address = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()

    @extend_schema_field(OpenApiTypes.URI)
    def get_address(self, version: ProcedureVersion) -> str:
        return address_of_version(version)

    @extend_schema_field(OpenApiTypes.URI)
    def get_changes(self, version: ProcedureVersion) -> str:
        return address_of_changes(version)


class VersionDetail(ProcedureDetail):
    """One version whole: what a procedure said from `valid_from` to `valid_to`."""

    offered_at = None  # type: ignore[assignment]  # offices take in by days of their own: see offerings
    valid_to = LastDayField()
    changes = serializers.SerializerMethodField()

    @extend_schema_field(OpenApiTypes.URI)
    def get_changes(self, version: ProcedureVersion) -> str:
        return address_of_changes(version)


def address_of_version(version: ProcedureVersion) -> str:
    day = version.valid.lower.isoformat()
    return f"{settings.PORTAL_URL}{reverse('procedures_api:version', args=[version.procedure.ref, day])}"


def address_of_changes(version: ProcedureVersion) -> str:
    page = reverse("procedures:history", args=[version.procedure.ref])
    return f"{settings.PORTAL_URL}{page}#{version.valid.lower.isoformat()}"
