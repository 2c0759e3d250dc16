"""What the due date may be asked with, and its answer."""

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from procedures.models import Offering, ProcedureVersion
from units.clock.due_dates import Term, TermUnit
from units.clock.working_calendar import OFFICE_TIME

LONGEST_TERM: Final = 3650
MOST_MONTHS: Final = 120
FIRST_YEAR, LAST_YEAR = 2011, 2099


class ReceivedAtField(serializers.DateTimeField):
    """An ISO date and time; without a zone it is Hanoi time. A `+` that came as a blank is mended."""

    def to_internal_value(self, value: str | datetime) -> datetime:
        if isinstance(value, str):
            text = value.strip()
            value = f"{text[:-6]}+{text[-5:]}" if text[-6:-5] == " " and text[-3:-2] == ":" else text
        bounds = {"first": FIRST_YEAR, "last": LAST_YEAR}
        refused = serializers.ValidationError(_("Chỉ tính được từ năm %(first)s đến năm %(last)s.") % bounds)
        try:
            moment: datetime = super().to_internal_value(value).astimezone(OFFICE_TIME)
        except OverflowError as error:  # in another zone the day is before the first or after the last there is
            raise refused from error
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise refused
        return moment


class DueDateQuery(serializers.Serializer[Any]):
    """Either `procedure` (and perhaps `unit`), or `term` with `term_unit`."""

    received_at = ReceivedAtField(help_text="ISO 8601; Hanoi time when no zone is given")
    procedure = serializers.CharField(required=False, max_length=60, help_text="`code` of a procedure")
    unit = serializers.CharField(required=False, max_length=80, help_text="`slug` of an office that takes it in")
    term = serializers.IntegerField(required=False, min_value=0, max_value=LONGEST_TERM)
    term_unit = serializers.ChoiceField(
        required=False, choices=[unit.value for unit in TermUnit if unit is not TermUnit.SAME_DAY]
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "procedure" in attrs:
            if "term" in attrs:
                raise serializers.ValidationError({"term": _("Chọn thủ tục hoặc thời hạn, không cả hai.")})
            return {**attrs, **self._offered(attrs)}
        if "unit" in attrs:
            raise serializers.ValidationError({"procedure": _("Cần có thủ tục khi hỏi theo nơi nộp.")})
        return {**attrs, "free_term": self._free_term(attrs)}

    def _offered(self, attrs: dict[str, Any]) -> dict[str, Any]:
        on = attrs["received_at"].date()
        version = ProcedureVersion.objects.in_force(on).filter(procedure__ref=attrs["procedure"]).first()
        if version is None:
            raise serializers.ValidationError({"procedure": _("Không có thủ tục này vào ngày đã cho.")})
        offering = None
        if "unit" in attrs:
            taken_in = Offering.objects.in_force(on).filter(procedure=version.procedure_id).select_related("unit")
            offering = taken_in.filter(unit__slug=attrs["unit"]).first()
            if offering is None:
                raise serializers.ValidationError({"unit": _("Nơi này không nhận thủ tục đã chọn.")})
        return {"version": version, "offering": offering}

    def _free_term(self, attrs: dict[str, Any]) -> Term:
        missing = [name for name in ("term", "term_unit") if name not in attrs]
        if len(missing) == 2:
            raise serializers.ValidationError({"procedure": _("Cần có thủ tục, hoặc thời hạn và đơn vị tính.")})
        if missing:
            raise serializers.ValidationError({missing[0]: _("Cần có cả thời hạn và đơn vị tính.")})
        unit = TermUnit(attrs["term_unit"])
        if unit is TermUnit.MONTH and attrs["term"] > MOST_MONTHS:
            raise serializers.ValidationError({"term": _("Nhiều nhất là %(most)s.") % {"most": MOST_MONTHS}})
        return Term(attrs["term"], unit)


class SkippedDay(serializers.Serializer[Any]):
    date = serializers.DateField()
    reason = serializers.CharField()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a declared field, not the option


class DueDateAnswer(serializers.Serializer[Any]):
    """Moments in Asia/Ho_Chi_Minh with their offset. Null dates: the law gives no fixed term, see `note`."""

    received_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    statutory_due_at = serializers.DateTimeField(allow_null=True)
    counted = serializers.ListField(child=serializers.DateField())
    skipped = SkippedDay(many=True)
    rule = serializers.CharField(allow_null=True)
    explanation = serializers.CharField(allow_blank=True)
    warnings = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField(allow_blank=True)
