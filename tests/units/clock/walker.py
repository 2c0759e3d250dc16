"""Due dates reckoned the slow way, minute by minute and day by day, straight from the rows; shares no code."""

from datetime import date, datetime, time, timedelta

from units.clock.working_calendar import DayKind, SpecialDay

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Week = dict[int, tuple[tuple[time, time], ...]]


class Walker:
    def __init__(self, special_days: list[SpecialDay], week: Week) -> None:
        self.special_days = {special.day: special for special in special_days}
        self.week = week

    def is_open(self, minute: datetime) -> bool:
        """Whether the minute that begins here is worked."""
        special, weekday = self.special_days.get(minute.date()), minute.weekday()
        if special:
            if special.kind in {DayKind.HOLIDAY, DayKind.MADE_UP, DayKind.SWAPPED}:
                return False
            if special.kind is DayKind.WORKED and weekday not in self.week:
                weekday = min(self.week)
            if special.closes_at and minute.time() >= special.closes_at:
                return False
        return any(opens <= minute.time() < closes for opens, closes in self.week.get(weekday, ()))

    def closing(self, day: date, tz: datetime) -> datetime | None:
        """The end of the last worked minute of a day; None for a day off."""
        minute = tz.replace(year=day.year, month=day.month, day=day.day, hour=23, minute=59, second=0, microsecond=0)
        while minute.date() == day:
            if self.is_open(minute):
                return minute + MINUTE
            minute -= MINUTE
        return None

    def after_working_days(self, received: datetime, amount: int) -> datetime:
        day = received.date()
        while amount:
            day += DAY
            amount -= (closing := self.closing(day, received)) is not None
        assert closing
        return closing

    def after_days(self, received: datetime, amount: int) -> datetime:
        day = received.date() + amount * DAY
        while not (closing := self.closing(day, received)) or closing < received:
            day += DAY
        return closing

    def after_minutes(self, received: datetime, amount: int) -> datetime:
        minute = received
        while amount:
            amount -= self.is_open(minute)
            minute += MINUTE
        return minute

    def minutes_between(self, start: datetime, end: datetime) -> int:
        return sum(self.is_open(start + n * MINUTE) for n in range(int((end - start) / MINUTE)))
