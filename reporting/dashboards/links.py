"""Addresses by which the pages of one span lead to the lists behind their figures."""

from __future__ import annotations

from reporting.dashboards.forms import SpanForm
from reporting.rollup.reading import Period


def span_links(form: SpanForm, period: Period) -> dict[str, str]:
    """Parts of the addresses of lists and of this page again: of the same span (`span`), of its units or one of them
    (`unit_span`, to which a unit is added), of what is open at the moment asked for, and of what was when it ended.
    Lists of cases know spans only."""
    as_of = f"&tinh-den={form.as_of}" if form.as_of else ""
    scope = f"&{form.scope}" if form.scope else ""
    open_on = period.open_on(form.as_of)
    then = f"&tinh-den={open_on}" if open_on else ""
    at_end = then if period.is_current else f"&tinh-den={period.until}"
    span = f"ky={form.span}{as_of}"
    return {
        "page": f"{span}{scope}",
        "span": f"&{span}{scope}",
        "unit_span": f"&{span}",
        "open": f"{then}{scope}",
    } | {
        "unit_open": then,
        "at_end": f"{at_end}{scope}",
        "cases": f"ky={form.span.until(form.as_of) if form.as_of else form.span}{scope}",
    }
