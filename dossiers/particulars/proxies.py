"""Proxies: who submits a dossier for its applicant, and by which paper."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from dossiers.models import Dossier, ProxyRecord
from dossiers.models.proxy import authority_words
from units.clock.days import local_day
from units.rules import RuleBroken


@dataclass(frozen=True, slots=True)
class Proxy:
    """The person at the counter; `paper` is a `ProxyRecord.Paper`, only its number may be missing."""

    name: str
    id_number: str
    paper: str
    paper_dated: date
    paper_number: str = ""

    @property
    def paper_words(self) -> str:
        return authority_words(self.paper, self.paper_number, self.paper_dated)


def record_proxy(dossier: Dossier, proxy: Proxy | None, at: datetime) -> None:
    """Stores the proxy of a dossier, if any. Raises RuleBroken."""
    if proxy is None:
        return
    _check(dossier, proxy, at)
    ProxyRecord.objects.create(dossier=dossier, **asdict(proxy))


def replace_proxy(dossier: Dossier, proxy: Proxy | None, at: datetime) -> None:
    """Replaces the proxy of a dossier; None: the applicant submitted it. Raises RuleBroken."""
    ProxyRecord.objects.filter(dossier=dossier).delete()
    record_proxy(dossier, proxy, at)


def proxy_of(dossier: Dossier) -> Proxy | None:
    """The proxy of a dossier; None where the applicant submitted it."""
    stored: ProxyRecord | None = getattr(dossier, "proxy_record", None)
    if stored is None:
        return None
    return Proxy(stored.name, stored.id_number, stored.paper, stored.paper_dated, stored.paper_number)


def _check(dossier: Dossier, proxy: Proxy, at: datetime) -> None:
    if proxy.id_number == dossier.applicant_id:
        raise RuleBroken(_("Đây là số giấy tờ của chính chủ hồ sơ."), field="proxy_id")
    if proxy.paper_dated > local_day(at):
        raise RuleBroken(_("Ngày của giấy không thể sau hôm nay."), field="authority_dated")
