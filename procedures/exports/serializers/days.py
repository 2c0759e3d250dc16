"""Days and hours as the open API writes them."""

from datetime import date, timedelta
from typing import Any, Final

from rest_framework import serializers

CLOCK: Final = r"^([01]\d|2[0-3]):[0-5]\d$"


def last_day(valid: Any) -> date | None:
    """The last day of a half-open range of days; None while it has no end."""
    return valid.upper - timedelta(days=1) if valid.upper else None


class LastDayField(serializers.DateField):
    """The last day on which a row with a `valid` range holds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="valid", read_only=True, allow_null=True, **options)

    def to_representation(self, value: Any) -> Any:
        day = last_day(value)
        return super().to_representation(day) if day else None


class HourField(serializers.RegexField):
    """Hours and minutes of Hanoi, which no format of OpenAPI names: its `time` has seconds and a zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(CLOCK, **options)

    def to_representation(self, value: Any) -> str:
        return f"{value:%H:%M}"


class Session(serializers.Serializer[Any]):
    """Hours and minutes of Hanoi."""

    opens = serializers.RegexField(CLOCK)
    closes = serializers.RegexField(CLOCK)
