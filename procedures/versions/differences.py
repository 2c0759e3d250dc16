"""The differences between two versions as citizens read them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from procedures.models import Channel, ProcedureVersion


class Difference(NamedTuple):
    """An empty text means there was nothing."""

    what: str
    before: str
    after: str


def differences(before: ProcedureVersion, after: ProcedureVersion) -> list[Difference]:
    """Both as read by `VersionQuerySet.with_parts`."""
    return [*_facts(before, after), *_papers(before, after), *_ways(before, after), *_steps(before, after)]


def _facts(before: ProcedureVersion, after: ProcedureVersion) -> Iterator[Difference]:
    rows = [
        (_("Tên"), before.name, after.name),
        (_("Thời hạn"), before.term_words, after.term_words),
        (_("Phí, lệ phí"), _fee(before.fee_vnd, before.fee_note), _fee(after.fee_vnd, after.fee_note)),
        (_("Nộp trực tuyến"), str(before.get_online_level_display()), str(after.get_online_level_display())),
        (_("Dành cho"), before.audience_words, after.audience_words),
        (_("Kết quả"), before.result, after.result),
        (_("Cơ quan quyết định"), before.competent, after.competent),
        (_("Yêu cầu, điều kiện"), before.conditions, after.conditions),
        (_("Căn cứ pháp lý"), "; ".join(before.legal_basis), "; ".join(after.legal_basis)),
    ]
    yield from (Difference(*row) for row in rows if row[1] != row[2])


def _fee(amount: int | None, note: str) -> str:
    if amount is None:
        return note or _("Theo quy định địa phương")
    words = _("Không thu") if amount == 0 else f"{amount:,} đồng".replace(",", ".")
    return f"{words} ({note})" if note else words


class Paper(NamedTuple):
    """What identifies a paper across versions; `nth` distinguishes papers listed more than once."""

    name: str
    case: str
    nth: int

    @property
    def words(self) -> str:
        return f"{self.name} [{self.case}]" if self.case else self.name


def by_paper(rows: Iterable[dict[str, Any]]) -> dict[Paper, dict[str, Any]]:
    """The papers in their order, by what identifies them."""
    seen = Counter[tuple[str, str]]()
    papers = {}
    for row in rows:
        name, case = row["name"], row["case"]
        seen[name, case] += 1
        papers[Paper(name, case, seen[name, case])] = row
    return papers


def _papers(before: ProcedureVersion, after: ProcedureVersion) -> Iterator[Difference]:
    """Removed, changed and added papers; also a changed order, unless new papers only follow at the end."""
    old, new = (by_paper(_parts(version, "papers")) for version in (before, after))
    for paper, row in old.items():
        if paper not in new:
            yield Difference(_("Bớt giấy tờ"), paper.words, "")
        elif (was := _copies(row)) != (now := _copies(new[paper])):
            yield Difference(paper.words, was, now)
    came = [paper for paper in new if paper not in old]
    yield from (Difference(_("Thêm giấy tờ"), "", f"{paper.words}: {_copies(new[paper])}") for paper in came)
    if [*(paper for paper in old if paper in new), *came] != list(new):
        yield Difference(_("Thứ tự giấy tờ"), _in_order(old), _in_order(new))


def _in_order(papers: Iterable[Paper]) -> str:
    return " → ".join(paper.words for paper in papers)


def _copies(row: dict[str, Any]) -> str:
    counted = _("%(originals)s bản chính, %(copies)s bản sao") % row
    return f"{counted}, {row['form_code']}" if row["form_code"] else counted


def _ways(before: ProcedureVersion, after: ProcedureVersion) -> Iterator[Difference]:
    """Term and fee belong to the way of filing."""
    old, new = ({row["way"]: _way(row) for row in _parts(version, "ways")} for version in (before, after))
    names = {way: str(name) for way, name in Channel.Way.choices}
    yield from (Difference(_("Thôi nhận qua"), names[way], "") for way in sorted(old.keys() - new))
    for way in sorted(new.keys() - old):
        yield Difference(_("Nhận thêm qua"), "", f"{names[way]}: {new[way]}")
    yield from (Difference(names[way], old[way], new[way]) for way in sorted(old.keys() & new) if old[way] != new[way])


def _way(row: dict[str, Any]) -> str:
    return f"{row['term_text'] or '—'} · {_fee(row['fee_vnd'], row['fee_note'])}"


def _steps(before: ProcedureVersion, after: ProcedureVersion) -> Iterator[Difference]:
    old, new = ([row["text"] for row in _parts(version, "public_steps")] for version in (before, after))
    if old != new:
        yield Difference(_("Các bước"), " → ".join(old), " → ".join(new))


def _parts(version: ProcedureVersion, name: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = getattr(version, name)
    return parts
