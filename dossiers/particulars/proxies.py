"""Who hands a dossier in for its applicant, and by which paper."""

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
    """The person at the counter; `paper` is a `ProxyRecord.Paper`. Only its number may be missing."""

    name: str
    id_number: str
    paper: str
    paper_dated: date
    paper_number: str = ""

    @property
    def paper_words(self) -> str:
        return authority_words(self.paper, self.paper_number, self.paper_dated)


def record_proxy(dossier: Dossier, proxy: Proxy | None, at: datetime) -> None:
    """Keep who handed a dossier in that somebody else handed in. Raises RuleBroken."""
    if proxy is None:
        return
    _check(dossier, proxy, at)
    ProxyRecord.objects.create(dossier=dossier, **asdict(proxy))


def replace_proxy(dossier: Dossier, proxy: Proxy | None, at: datetime) -> None:
    """Keep this one instead of whoever was kept; None: the applicant came. Raises RuleBroken."""
    ProxyRecord.objects.filter(dossier=dossier).delete()
    record_proxy(dossier, proxy, at)


def proxy_of(dossier: Dossier) -> Proxy | None:
    """Who handed the dossier in for its applicant; None where the applicant did."""
    kept: ProxyRecord | None = getattr(dossier, "proxy_record", None)
    if kept is None:
        return None
    return Proxy(kept.name, kept.id_number, kept.paper, kept.paper_dated, kept.paper_number)


def _check(dossier: Dossier, proxy: Proxy, at: datetime) -> None:
    if proxy.id_number == dossier.applicant_id:
        raise RuleBroken(_("Đây là số giấy tờ của chính chủ hồ sơ."), field="proxy_id")
    if proxy.paper_dated > local_day(at):
        raise RuleBroken(_("Ngày của giấy không thể sau hôm nay."), field="authority_dated")
