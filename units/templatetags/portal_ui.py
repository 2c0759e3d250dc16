"""Template tags and filters of the portal's look: icons, form controls, numbers and dates in the reader's language.

The wording itself is in `units.texts.wording`; here it only meets the active language. A value that is missing
(None or "") is written as a dash, because a template cannot catch an exception.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.forms.widgets import CheckboxSelectMultiple, ClearableFileInput
from django.urls import translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from units.texts import phrases, wording
from units.texts.explanation import KIND_LABELS

register = template.Library()

BARE_ICON = '<svg class="i" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" {}>{}</svg>'
SYMBOL = re.compile(r'<symbol id="i-([a-z0-9-]+)" viewBox="0 0 24 24">(.*?)</symbol>')


def language() -> str:
    return get_language() or "vi"


@cache
def drawings() -> dict[str, SafeString]:
    """The inside of every symbol of static/icons.svg, by name without "i-". Read once per process."""
    found = finders.find("icons.svg")
    if not isinstance(found, str):
        raise ImproperlyConfigured("static/icons.svg is missing")
    sprite = Path(found).read_text(encoding="utf-8")
    return {name: mark_safe(paths) for name, paths in SYMBOL.findall(sprite)}  # our own file, no one's input  # noqa: S308


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One drawing of static/icons.svg, as tall as the text; with ``label`` it speaks, without it is silent.

    Drawn in place, not by ``<use href="icons.svg#…">``: under ``default-src 'none'`` Firefox before 132 (the long-term
    editions on older desks among them) refuses sprites in a file of their own. Its size and strokes are the
    stylesheet's; the attributes only keep it small and clear where no stylesheet arrives. Raises KeyError for a name
    not drawn.
    """
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(BARE_ICON, role, drawings()[name])


@register.simple_block_tag
def captured(content: str) -> str:
    """``{% captured as name %}…{% endcaptured %}``: the content of a block, in a variable without outer blanks."""
    return content.strip()


@register.simple_tag
def control(field: BoundField, css: str = "", **attributes: str) -> SafeString:
    """The field's widget in the portal's clothes, described by its hint and then its error.

    ``{% control form.q css="code" data_hx_get="/x/" %}``: further attributes, underscores written as hyphens.
    """
    classes = [field.field.widget.attrs.get("class", ""), _control_class(field), css]
    dressed: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attributes.items()}
    if worn := " ".join(name for name in classes if name):
        dressed["class"] = worn
    return field.as_widget(attrs=dressed)


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[int | str]:
    """The numbers next to a page, both ends, and ellipses between: what `components/_pages.html` prints."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


def _control_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple | ClearableFileInput):
        return ""
    return "select" if isinstance(widget, Select) else "input"


@register.simple_tag
def vi() -> SafeString:
    """``<option{% vi %}>``: marks the element as Vietnamese on pages in another language (WCAG 3.1.2).

    For names that are never translated: procedures, units, fields. Vietnamese pages need no mark and get none.
    """
    return mark_safe("" if language().startswith("vi") else ' lang="vi"')  # noqa: S308


@register.filter("vi")
def in_vietnamese(name: str) -> str:
    """``{{ unit.name|vi }}``: the same for a name among other words, in an element of its own."""
    return format_html("<span{}>{}</span>", mark, name) if (mark := vi()) else name


@register.filter
def translated(text: str) -> str:
    """``{{ desk.hours_text|translated }}``: what an office typed; on English pages in English where it has a usual
    form, and marked as Vietnamese where it has none."""
    if language().startswith("vi") or not text:
        return text
    return phrases.in_english(text) or in_vietnamese(text)


@register.filter
def day_off(reason: str) -> str:
    """``{{ line.reason|day_off }}``: why a day does not count, as the calendar has it or as its kind is called."""
    return reason if reason in map(str, KIND_LABELS.values()) else translated(reason)


@register.simple_tag(takes_context=True)
def canonical_links(context: template.Context) -> SafeString:
    """The page's one address without filters, and that of every language, for search engines."""
    request = context["request"]
    here = request.build_absolute_uri(request.path)
    others = [(code, translate_url(here, code)) for code, _name in settings.LANGUAGES]
    links = format_html_join(
        "\n", '<link rel="alternate" hreflang="{}" href="{}">', [*others, ("x-default", dict(others)["vi"])]
    )
    return format_html('<link rel="canonical" href="{}">\n{}', here, links)


@register.simple_tag
def percent(part: int | None, whole: int | None) -> str:
    """``{% percent part whole %}`` → "98,4%"; a dash when the whole is nothing or unknown."""
    return wording.share(part or 0, whole or 0, language())


@register.filter
def vn_percent(ratio: Decimal | float | str | None) -> str:
    """``{{ 0.984|vn_percent }}`` → "98,4%"."""
    return wording.UNKNOWN if ratio in (None, "") else wording.percent(Decimal(str(ratio)), language())


@register.filter
def vn_number(value: Decimal | float | str | None, decimals: int | None = None) -> str:
    """``{{ 1234567|vn_number }}`` → "1.234.567"; ``{{ 1.64|vn_number:1 }}`` → "1,6"."""
    return wording.UNKNOWN if value in (None, "") else wording.number(Decimal(str(value)), language(), decimals)


@register.filter
def vnd(value: Decimal | float | str | None) -> str:
    """``{{ 100000|vnd }}`` → "100.000 đồng"."""
    return wording.UNKNOWN if value in (None, "") else wording.money(Decimal(str(value)), language())


def _day(moment: date | str | None, write: Callable[[date, str], str]) -> str:
    return write(moment, language()) if isinstance(moment, date) else wording.UNKNOWN


def _moment(moment: datetime | str | None, write: Callable[[datetime, str], str]) -> str:
    return write(moment, language()) if isinstance(moment, datetime) else wording.UNKNOWN


@register.filter
def weekday_date(moment: date | str | None) -> str:
    """As "Thứ Năm, 26/11/2026"."""
    return _day(moment, wording.weekday_date)


@register.filter
def weekday_and_day(moment: date | str | None) -> str:
    """As "Thứ Năm, 26/11"."""
    return _day(moment, wording.weekday_and_day)


@register.filter
def short_date(moment: date | str | None) -> str:
    """As "26/11/2026"."""
    return _day(moment, wording.short_date)


@register.filter
def day_and_month(moment: date | str | None) -> str:
    """As "26/11"."""
    return _day(moment, wording.day_and_month)


@register.filter
def weekday_datetime(moment: datetime | str | None) -> str:
    """As "17:00 Thứ Năm, 26/11/2026"."""
    return _moment(moment, wording.weekday_datetime)


@register.filter
def short_datetime(moment: datetime | str | None) -> str:
    """As "10:32, 23/11/2026"."""
    return _moment(moment, wording.short_datetime)


@register.filter
def clock_time(moment: datetime | str | None) -> str:
    """As "17:00"."""
    return wording.clock_time(moment) if isinstance(moment, datetime) else wording.UNKNOWN
