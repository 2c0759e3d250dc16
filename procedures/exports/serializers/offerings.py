"""Where a procedure is taken in, and what is promised and charged there."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procedures.exports.serializers.catalogue import TermShape, WayShape
from procedures.exports.serializers.days import CLOCK, LastDayField
from procedures.exports.serializers.units import DeskShape, UnitName
from procedures.models import Offering, ProcedureVersion
from units.clock.due_dates import CUT_OFF, TermUnit


class OfferedProcedure(serializers.Serializer[Any]):
    code = serializers.CharField(source="procedure.ref")
    name = serializers.CharField()


class PromisedTerm(serializers.Serializer[Any]):
    amount = serializers.IntegerField()
    unit = serializers.CharField()
    words = serializers.CharField()


class OfferingShape(serializers.Serializer[Any]):
    """One procedure at one office, as it stands today.

    `committed_term` is null where the office promises no more than the law's `statutory_term`. `cut_off` is the hour
    that holds there: of the office (`cut_off_is_own`), else of the procedure, else 15:00 for what is promised within
    the day. `valid_to` is the last day.
    """

    procedure = serializers.SerializerMethodField()
    level = serializers.CharField(source="procedure.level.code")
    field = serializers.CharField(source="procedure.field.name")
    unit = UnitName()
    desks = serializers.SerializerMethodField()
    handler = UnitName()
    statutory_term = serializers.SerializerMethodField()
    committed_term = serializers.SerializerMethodField()
    cut_off = serializers.SerializerMethodField()
    cut_off_is_own = serializers.SerializerMethodField()
    fee_vnd = serializers.SerializerMethodField()
    fee_note = serializers.SerializerMethodField()
    ways = serializers.SerializerMethodField()
    valid_from = serializers.DateField(source="valid.lower")
    valid_to = LastDayField()

    @extend_schema_field(OfferedProcedure)
    def get_procedure(self, offering: Offering) -> Any:
        return {"code": offering.procedure.ref, "name": _version(offering).name}

    @extend_schema_field(DeskShape(many=True))
    def get_desks(self, offering: Offering) -> Any:
        return offering.desks  # type: ignore[attr-defined]

    @extend_schema_field(TermShape)
    def get_statutory_term(self, offering: Offering) -> Any:
        version = _version(offering)
        amount, unit = version.term_amount, version.term_unit
        return {"amount": amount, "unit": unit, "words": version.term_words, "verified": version.term_verified}

    @extend_schema_field(PromisedTerm(allow_null=True))
    def get_committed_term(self, offering: Offering) -> Any:
        if offering.committed_amount is None:
            return None
        amount, unit = offering.committed_amount, offering.committed_unit
        return {"amount": amount, "unit": unit, "words": offering.committed_words}

    @extend_schema_field({"type": ["string", "null"], "pattern": CLOCK})
    def get_cut_off(self, offering: Offering) -> Any:
        version = _version(offering)
        term = offering.promised_term(version)
        usual = CUT_OFF if term and term.unit is TermUnit.SAME_DAY else None
        hour = offering.cut_off or version.cut_off or usual
        return f"{hour:%H:%M}" if hour else None

    def get_cut_off_is_own(self, offering: Offering) -> bool:
        return offering.cut_off is not None

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_fee_vnd(self, offering: Offering) -> Any:
        return _version(offering).fee_vnd

    def get_fee_note(self, offering: Offering) -> str:
        return _version(offering).fee_note

    @extend_schema_field(WayShape(many=True))
    def get_ways(self, offering: Offering) -> Any:
        return _version(offering).ways  # type: ignore[attr-defined]


def _version(offering: Offering) -> ProcedureVersion:
    """Of a row as read by `OfferingQuerySet.for_api`."""
    version: ProcedureVersion = offering.procedure.current[0]  # type: ignore[attr-defined]
    return version
