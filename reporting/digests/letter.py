"""The digest of a week or a month: six figures of the units somebody leads, and the addresses in its letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from reporting.definitions.periods import PeriodLength, Span
from reporting.definitions.targets import ON_TIME_TARGET, SOON_DAYS
from reporting.models import DigestSubscription
from reporting.rollup.open_now import OVERDUE, SOON, read_open, soon_until
from reporting.rollup.reading import read_sum
from units.calendar.lookup import working_calendar
from units.clock.days import day_bounds
from units.models import Unit
from units.texts import wording

STOP: Final = "reporting.digest.stop"


def period_of(subscription: DigestSubscription, at: datetime) -> Span:
    """The last whole week or month before that moment."""
    length = PeriodLength.WEEK if subscription.every == DigestSubscription.Every.WEEK else PeriodLength.MONTH
    return Span.of(length, wording.day_of(at)).before()


def digest_facts(
    subscription: DigestSubscription, units: Sequence[Unit], period: Span, *, at: datetime
) -> dict[str, Any]:
    """What the letter names, as JSON values: figures, never a person. Three queries at most."""
    keys, language = [unit.pk for unit in units], subscription.language
    counts = read_sum(keys, period.first, period.last)
    open_now = read_open(keys, at, soon_until(at, working_calendar()))
    ratio = counts.rate.ratio
    figures = {
        "received": counts.received,
        "resolved": counts.resolved,
        "in_time": counts.in_time,
        "late": counts.late,
        "overdue": open_now.of(OVERDUE),
        "soon": open_now.of(SOON),
    }
    return {
        **{name: wording.number(figure, language) for name, figure in figures.items()},
        "has_overdue": figures["overdue"] > 0,
        "every": subscription.every,
        "unit": _head(units).name,
        "first_at": day_bounds(period.first)[0].isoformat(),
        "last_at": day_bounds(period.last)[0].isoformat(),
        "share": "" if ratio is None else wording.percent(ratio, language, apart_from=ON_TIME_TARGET),
        "target": f"{wording.number(ON_TIME_TARGET * 100, language)}%",
        "soon_days": SOON_DAYS,
        "overview_url": _address(language, "reporting:overview"),
        "overdue_url": f"{_address(language, 'reporting:dossiers')}?tinh-trang=qua-han",
        "reports_url": _address(language, "reporting:reports"),
        "stop_url": stop_address(subscription),
        "stop_by_post": True,
    }


def stop_address(subscription: DigestSubscription) -> str:
    """Nobody can guess it; it contains nothing personal."""
    return _address(subscription.language, "reporting:stop_digest", _signer().sign(str(subscription.pk)))


def subscription_key(text: str) -> int | None:
    """The subscription that an address to stop it names; None for an address that was never given out."""
    try:
        return int(_signer().unsign(text))
    except (signing.BadSignature, ValueError):
        return None


def _signer() -> signing.Signer:
    return signing.Signer(salt=STOP, sep=".")


def _head(units: Sequence[Unit]) -> Unit:
    """The one nearest the root."""
    return min(units, key=lambda unit: (unit.path.count("/"), unit.pk))


def _address(language: str, name: str, *args: str) -> str:
    with translation.override(language):
        return settings.PORTAL_URL + reverse(name, args=args)
