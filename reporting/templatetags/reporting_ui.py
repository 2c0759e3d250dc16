"""Template tags of the figures: months in the reader's language, changes with a sign, small charts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import get_language, ngettext, npgettext
from django.utils.translation import gettext as _

from dossiers.clock.clocks import HOURS_A_DAY
from procedures.models import Procedure
from reporting import charts
from reporting.dashboards.remaining_term.figures import MonthLeft
from reporting.dashboards.usual_times.figures import usual_time
from reporting.definitions.confidence_interval import Interval
from reporting.definitions.on_time import Counts, Rate
from reporting.definitions.periods import Month, Span
from reporting.models import UsualTime
from reporting.open_data.dictionary import CLOSED, OPEN
from reporting.open_data.shortened_terms import ShortenedTerms
from reporting.public.shares_in_words import against_target, so_many_of
from units.texts import wording

register = template.Library()


def language() -> str:
    return get_language() or "vi"


@register.filter
def month(value: Month | Span) -> str:
    """As "tháng 11/2026", "quý III/2026"."""
    return value.written(language())


@register.filter
def rate(value: Rate | None, target: Decimal | None = None) -> str:
    """As "98,4%", never as the target itself unless it is; a dash when it is a share of nothing or not known."""
    ratio = value.ratio if value else None
    return wording.UNKNOWN if ratio is None else wording.percent(ratio, language(), apart_from=target)


@register.filter
def interval(value: Rate | None) -> str:
    """The 95 % interval of a rate as "91,5–99,0%"; a dash where there is none."""
    bounds = value.interval if value else None
    if bounds is None:
        return wording.UNKNOWN
    low, high = (wording.percent(bound, language()) for bound in (bounds.low, bounds.high))
    return f"{low.removesuffix('%')}–{high}"


@register.filter
def in_words(value: Rate, target: Decimal) -> dict[str, int]:
    """`{"part": 97, "among": 100}`, for a sentence; empty for a share of nothing."""
    parts = so_many_of(value, target)
    return {"part": parts[0], "among": parts[1]} if parts else {}


@register.filter
def against(value: Rate, target: Decimal) -> str:
    return against_target(value, target)


@register.filter
def in_language(names: Sequence[str]) -> str:
    """Of a Vietnamese and an English name the one to be read."""
    return names[wording.is_english(language())]


@register.filter
def level_name(terms: ShortenedTerms) -> str:
    return terms.name(language())


@register.filter
def fact_rows(rows: dict[str, int]) -> int:
    """Of an edition's rows by table: how many dossiers, closed and open."""
    return rows[CLOSED.name] + rows[OPEN.name]


@register.filter
def target_percent(value: Decimal) -> str:
    """A chosen share, as short as it was chosen: `0.98` → "98%", `0.985` → "98,5%"."""
    return f"{wording.number(value * 100, language())}%"


@register.filter
def size(value: Decimal) -> str:
    """A number without its sign, one decimal: `-0.6` → "0,6"."""
    return wording.number(abs(value), language(), 1)


@register.filter
def percent_size(value: Decimal) -> str:
    """A ratio without its sign: `-0.042` → "4,2%". May exceed 100 %."""
    return f"{wording.number(abs(value) * 100, language(), 1)}%"


@register.filter
def one_decimal(value: float) -> str:
    return wording.number(value, language(), 1)


@register.filter
def signed_above(value: int, other: int) -> str:
    """By how many `value` is above `other`, with its sign: "+12", "−3"; "0" for none."""
    return _signed(Decimal(value - other), 0)


@register.filter
def points(value: Decimal) -> str:
    """Percentage points with their sign, one decimal: "+0,6", "−1,2"."""
    return _signed(value, 1)


@register.filter
def points_between(value: Interval | None) -> str:
    """An interval of a difference of shares in percentage points: "từ −0,4 đến +1,6"; empty where there is none."""
    if value is None:
        return ""
    low, high = (_signed(bound * 100, 1) for bound in (value.low, value.high))
    return _("từ %(low)s đến %(high)s") % {"low": low, "high": high}


def _signed(value: Decimal, decimals: int) -> str:
    written = wording.number(abs(value), language(), decimals)
    if not written.strip("0.,"):
        return written
    return f"{'−' if value < 0 else '+'}{written}"


@register.inclusion_tag("reporting/_sparkline.html")
def sparkline(values: charts.Values, css: str = "", bad: bool = False) -> dict[str, Any]:
    return {"line": charts.sparkline(values), "css": css, "bad": bad}


@register.inclusion_tag("reporting/_bar.html")
def bar(counts: Counts, longest: int) -> dict[str, Any]:
    """On time and late, end to end."""
    return {"bar": charts.bar(counts.in_time, counts.late, longest)}


@register.inclusion_tag("reporting/_bar.html")
def bad_bar(count: int, longest: int) -> dict[str, Any]:
    return {"bar": charts.bar(0, count, longest)}


@register.inclusion_tag("reporting/_bar.html")
def two_bar(good: int, bad: int, longest: int) -> dict[str, Any]:
    return {"bar": charts.bar(good, bad, longest)}


@register.filter
def axis_label(value: Month, position: int) -> str:
    """For the `position`-th tick (from 1) of twelve: the year at both ends and at each January."""
    return value.tick(with_year=position in (1, 12) or value.number == 1)


@register.filter
def working_time(minutes: int) -> str:
    """Working minutes in days of `HOURS_A_DAY`, as "2 ngày 3 giờ"; under an hour in minutes, from ten days in days."""
    days, rest = divmod(minutes, HOURS_A_DAY * 60)
    hours = rest // 60
    if not days and not hours:
        return ngettext("%(n)d phút", "%(n)d phút", minutes) % {"n": minutes}
    parts = [_working_days(days)] if days else []
    parts += [ngettext("%(n)d giờ", "%(n)d giờ", hours) % {"n": hours}] if hours and days < 10 else []
    return " ".join(parts)


def _working_days(days: int) -> str:
    return npgettext("working time", "%(n)s ngày", "%(n)s ngày", days) % {"n": wording.number(days, language())}


@register.filter
def whole_hours(hours: int | None) -> str:
    """Whole working hours as `working_time`; a dash for none."""
    return wording.UNKNOWN if hours is None else working_time(hours * 60)


@register.filter
def times(value: Rate) -> str:
    """A ratio that may exceed one, with two decimals: "0,12"; a dash when it is a ratio of nothing."""
    return wording.UNKNOWN if value.ratio is None else wording.number(value.ratio, language(), 2)


@register.filter
def weekday_name(weekday: int) -> str:
    """0 → "Thứ Hai"."""
    return (wording.WEEKDAYS_EN if wording.is_english(language()) else wording.WEEKDAYS_VI)[weekday]


@register.filter
def hour_span(hour: int) -> str:
    """8 → "8–9 giờ"."""
    return _("%(from)d–%(to)d giờ") % {"from": hour, "to": hour + 1}


@register.filter
def whole_percent(value: int | None) -> str:
    """-3 → "−3%"; a dash for none."""
    if value is None:
        return wording.UNKNOWN
    return f"{value}%" if value >= 0 else f"\N{MINUS SIGN}{-value}%"


@register.inclusion_tag("reporting/_stack.html")
def stack(month: MonthLeft) -> dict[str, Any]:
    return {"parts": charts.stack([band.exact for band in month.bands])}


@register.inclusion_tag("reporting/_quantile_bar.html")
def quantile_bar(time: UsualTime, longest: int) -> dict[str, Any]:
    return {"bar": charts.quantile_bar(time.median, time.ninetieth, longest)}


@register.simple_tag
def time_taken(procedure: Procedure) -> UsualTime | None:
    """How long a procedure took over twelve months, for its public page; None where too few were finished."""
    return usual_time(procedure.pk)
