"""An office as the open API tells it. No person is any part of it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procedures.exports.serializers.days import Session
from units.models import Unit


class UnitName(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class DeskShape(UnitName):
    address = serializers.CharField(allow_blank=True)
    telephone = serializers.CharField(allow_blank=True)


class CodeShape(serializers.Serializer[Any]):
    scheme = serializers.CharField(help_text="`gso` of the statistics office, `agency` of electronic documents")
    value = serializers.CharField()


class WeekdayShape(serializers.Serializer[Any]):
    """`weekday` is 1 for Monday to 7 for Sunday. `public`: open to the public, `counts`: part of terms."""

    weekday = serializers.IntegerField(min_value=1, max_value=7)
    public = Session(many=True)
    counts = Session(many=True)


class UnitShape(serializers.Serializer[Any]):
    """`slug` names it in addresses; `hours` is its ordinary week, days off left out; `valid_to` is the last day."""

    slug = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    level = serializers.CharField(source="kind.code")
    level_name = serializers.CharField(source="kind.name")
    parent = UnitName(allow_null=True)
    codes = serializers.SerializerMethodField()
    address = serializers.CharField(allow_blank=True)
    telephone = serializers.CharField(allow_blank=True)
    hours_text = serializers.CharField(allow_blank=True)
    hours = serializers.SerializerMethodField()
    desks = serializers.SerializerMethodField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)

    # Read as lists of dicts already: to go through them field by field costs five times the rest of a row.

    @extend_schema_field(CodeShape(many=True))
    def get_codes(self, unit: Unit) -> Any:
        return unit.codes  # type: ignore[attr-defined]

    @extend_schema_field(WeekdayShape(many=True))
    def get_hours(self, unit: Unit) -> Any:
        return unit.hours  # type: ignore[attr-defined]

    @extend_schema_field(DeskShape(many=True))
    def get_desks(self, unit: Unit) -> Any:
        return unit.desks  # type: ignore[attr-defined]
