"""What differs between two versions of a procedure, in words for whoever prepared by the old one."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from procedures.models import Channel, ProcedureVersion


class Difference(NamedTuple):
    """An empty text stands for what was not there."""

    what: str
    before: str
    after: str


def differences(before: ProcedureVersion, after: ProcedureVersion) -> list[Difference]:
    """Both as read by `VersionQuerySet.with_parts`."""
    return [*_facts(before, after), *_papers(before, after), *_ways(before, after), *_steps(before, after)]


def _facts(before: ProcedureVersion, after: ProcedureVersion) -> Iterator[Difference]:
    told = [
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
    yield from (Difference(*row) for row in told if row[1] != row[2])


def _fee(amount: int | None, note: str) -> str:
    if amount is None:
        return note or _("Theo quy định địa phương")
    words = _("Không thu") if amount == 0 else f"{amount:,} đồng".replace(",", ".")
    return f"{words} ({note})" if note and amount else words


def _papers(before: ProcedureVersion, after: ProcedureVersion) -> Iterator[Difference]:
    """A paper is the same one where its name and case are."""
    old, new = ({(row["name"], row["case"]): row for row in _parts(version, "papers")} for version in (before, after))
    for key, row in old.items():
        if key not in new:
            yield Difference(_("Bớt giấy tờ"), row["name"], "")
        elif (was := _copies(row)) != (now := _copies(new[key])):
            yield Difference(row["name"], was, now)
    yield from (Difference(_("Thêm giấy tờ"), "", row["name"]) for key, row in new.items() if key not in old)


def _copies(row: dict[str, Any]) -> str:
    counted = _("%(originals)s bản chính, %(copies)s bản sao") % row
    return f"{counted}, {row['form_code']}" if row["form_code"] else counted


def _ways(before: ProcedureVersion, after: ProcedureVersion) -> Iterator[Difference]:
    old, new = ({row["way"] for row in _parts(version, "ways")} for version in (before, after))
    names = dict(Channel.Way.choices)
    yield from (Difference(_("Thôi nhận qua"), str(names[way]), "") for way in sorted(old - new))
    yield from (Difference(_("Nhận thêm qua"), "", str(names[way])) for way in sorted(new - old))


def _steps(before: ProcedureVersion, after: ProcedureVersion) -> Iterator[Difference]:
    old, new = ([row["text"] for row in _parts(version, "public_steps")] for version in (before, after))
    if old != new:
        yield Difference(_("Các bước"), " → ".join(old), " → ".join(new))


def _parts(version: ProcedureVersion, name: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = getattr(version, name)
    return parts
