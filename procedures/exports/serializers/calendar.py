"""The working calendar: what may be asked of it, and a day as it is answered."""

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from procedures.exports.serializers.days import Session
from units.calendar.lookup import UnknownEdition, working_calendar
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit

MOST_DAYS: Final = 366
MOST_VERSIONS: Final = 2**63 - 1  # what the column holds

DAY_KINDS: Final = ("ordinary", "weekend", "holiday", "made_up", "swapped", "worked", "short")


class CalendarQuery(serializers.Serializer[Any]):
    """A span of days, both ends in it; the calendar of an office, or the one that holds where offices have none of
    their own; as it is, or as it was under a number.

    What is right comes with `calendar`. Every refusal names its parameter.
    """

    since = serializers.DateField(help_text="the first day")
    until = serializers.DateField(help_text=f"the last day; at most {MOST_DAYS} days in all")
    unit = serializers.SlugField(required=False, max_length=80, help_text="`slug` of an office")
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_VERSIONS, help_text="a number of calendar/versions; else today's"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        since, until = attrs["since"], attrs["until"]
        if until < since:
            raise serializers.ValidationError({"until": _("Ngày cuối không thể trước ngày đầu.")})
        if (until - since).days >= MOST_DAYS:
            sentence = _("Mỗi lần chỉ hỏi được nhiều nhất %(most)s ngày.") % {"most": MOST_DAYS}
            raise serializers.ValidationError({"until": sentence})
        calendar = _calendar(attrs)
        _require_known(since, "since", calendar)
        _require_known(until, "until", calendar)
        return {**attrs, "calendar": calendar}


def _calendar(attrs: dict[str, Any]) -> WorkingCalendar:
    unit = Unit.objects.filter(slug=attrs["unit"]).first() if "unit" in attrs else None
    if "unit" in attrs and unit is None:
        raise serializers.ValidationError({"unit": _("Không có đơn vị này.")})
    try:
        return working_calendar(unit, attrs.get("version"))
    except UnknownEdition as error:
        raise serializers.ValidationError({"version": _("Không có phiên bản lịch này.")}) from error


def _require_known(day: date, name: str, calendar: WorkingCalendar) -> None:
    years = calendar.known_years
    if not years:
        raise serializers.ValidationError({name: _("Lịch này chưa có ngày nghỉ của năm nào.")})
    if day.year not in years:
        sentence = _("Lịch này chỉ biết từ năm %(first)s đến năm %(last)s.") % {"first": years[0], "last": years[-1]}
        raise serializers.ValidationError({name: sentence})


class CalendarDayShape(serializers.Serializer[Any]):
    """`reason` and `source` (the decree) are empty on an ordinary day; `sessions` are empty on a day off."""

    date = serializers.DateField()
    works = serializers.BooleanField()
    kind = serializers.ChoiceField(choices=DAY_KINDS)
    reason = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a declared field, not the option
    sessions = Session(many=True)


class CalendarAnswer(serializers.Serializer[Any]):
    """`version` is the number of this calendar; `incomplete_years` are not announced in full yet, and may change."""

    version = serializers.IntegerField()
    since = serializers.DateField()
    until = serializers.DateField()
    unit = serializers.CharField(allow_null=True)
    working_days = serializers.IntegerField()
    incomplete_years = serializers.ListField(child=serializers.IntegerField())
    days = CalendarDayShape(many=True)


class CalendarVersionShape(serializers.Serializer[Any]):
    """A calendar that holds, or once held; `since` is when it began to."""

    version = serializers.IntegerField(source="number")
    since = serializers.DateTimeField(source="at")
