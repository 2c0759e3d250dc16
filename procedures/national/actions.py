"""Updates of the catalogue from a file of the national database: uploaded by one editor, applied by another,
undone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from procedures.models import CatalogueUpdate
from procedures.national.comparison import Comparison, compare, packed, unpacked
from procedures.versions.actions.change_log import name_actor
from procedures.versions.actions.publishing import Decision, put_in_force, take_back
from units.rules import RuleBroken
from units.texts.wording import day_of

LONGEST_DECISION: Final = 200


class Source(NamedTuple):
    """The file and the decision it carries out. `unread` as in `CatalogueUpdate`."""

    file_name: str
    sha256: str
    records: list[Any]
    unread: dict[str, list[str]]
    level: str
    decision: str
    decided_on: date | None
    valid_from: date


@transaction.atomic
def bring_update(*, source: Source, author: User, at: datetime) -> CatalogueUpdate:
    """Stores the file until a second person decides; returns the waiting update if the same person sends it again.

    Raises RuleBroken without a decision, for a day that has passed, and while the same file waits otherwise.
    """
    if not source.decision or len(source.decision) > LONGEST_DECISION:
        raise RuleBroken(_("Hãy ghi quyết định công bố, nhiều nhất 200 ký tự."), field="decision")
    _check_day(source.valid_from, at)
    columns = source._asdict() | {"file_name": source.file_name[-200:], "records": packed(source.records)}
    try:
        with transaction.atomic():
            name_actor(author, at)
            return CatalogueUpdate.objects.create(**columns, author=author, created_at=at)
    except IntegrityError:
        same = {name: getattr(source, name) for name in ("sha256", "level", "decision", "decided_on", "valid_from")}
        waiting = CatalogueUpdate.objects.filter(**same, author=author, applied_at=None, dropped_at=None).first()
        if waiting is None:
            message = _("Tệp này đang chờ duyệt ở một lượt khác: hãy duyệt hoặc bỏ lượt đó trước.")
            raise RuleBroken(message, field="file") from None
        return waiting


def compared(update: CatalogueUpdate, valid_from: date, today: date) -> Comparison:
    """The changes that a waiting update would make from that day."""
    assert update.records is not None
    return compare(unpacked(bytes(update.records)), valid_from=valid_from, today=today, level=update.level)


@transaction.atomic
def approve_update(
    *, update: CatalogueUpdate, valid_from: date, approver: User, at: datetime, seen: str = ""
) -> CatalogueUpdate:
    """Publishes all new and changed procedures, or nothing. Raises RuleBroken.

    `seen` is the digest of the comparison that the approver read: the catalogue may have changed since. A new
    procedure has no office yet: a draft of its offices adds them.
    """
    update = _waiting(update, approver, at)
    if update.author_id == approver.pk:
        raise RuleBroken(_("Người nạp không được tự duyệt: cần một người thứ hai."))
    _check_day(valid_from, at)
    comparison = compared(update, valid_from, day_of(at))
    if seen and seen != comparison.digest:
        raise RuleBroken(_("Bảng so sánh đã khác lúc được xem: hãy xem lại rồi duyệt."), field="valid_from")
    if not comparison.new and not comparison.changed:
        raise RuleBroken(_("Tệp này không thay đổi gì."))
    update.valid_from, update.applied_at, update.approver, update.records = valid_from, at, approver, None
    update.save()
    decision = Decision(update.decision, update.decided_on, valid_from, update=update)
    for change in (*comparison.new, *comparison.changed):
        if change.procedure._state.adding:
            change.procedure.save()
        put_in_force(
            procedure=change.procedure,
            content=change.content,
            decision=decision,
            actor=approver,
            at=at,
            is_whole=False,
        )
    return update


@transaction.atomic
def drop_update(*, update: CatalogueUpdate, actor: User, at: datetime) -> CatalogueUpdate:
    """Either of the two editors discards the update before it is applied."""
    update = _waiting(update, actor, at)
    update.dropped_at, update.dropped_by, update.records = at, actor, None
    update.save()
    return update


@transaction.atomic
def undo_last_update(
    *, actor: User, at: datetime, second: User | None = None, update: CatalogueUpdate | None = None
) -> CatalogueUpdate:
    """Restores everything as before the last update not undone, or nothing. Procedures it added stay, without a
    version.

    One person alone undoes only what is not in force yet. Raises RuleBroken when there is none or the last one is not
    `update`, once a dossier was received under one of its versions, or when one of its procedures was published again.
    """
    name_actor(actor, at)
    last = last_update(CatalogueUpdate.objects.select_for_update(of=("self",)))
    if last is None:
        raise RuleBroken(_("Không có lượt cập nhật nào để hoàn tác."))
    if update and update != last:
        raise RuleBroken(_("Chỉ hoàn tác được lượt áp dụng sau cùng."))
    update = last
    if update.valid_from <= day_of(at) and second in (None, actor):
        raise RuleBroken(_("Lượt này đã áp dụng rồi: hoàn tác cần một người thứ hai."))
    for publication in update.publications.filter(taken_back_at=None):
        try:
            take_back(publication=publication, actor=actor, at=at)
        except RuleBroken as broken:
            raise RuleBroken(f"{publication.procedure}: {broken.message}") from broken
    update.undone_at, update.undone_by = at, actor
    update.save(update_fields=["undone_at", "undone_by"])
    return update


def last_update(rows: Any = CatalogueUpdate.objects) -> CatalogueUpdate | None:
    """The last applied update that was not undone: the only one that can be."""
    found: CatalogueUpdate | None = (
        rows.filter(applied_at__isnull=False, undone_at=None).order_by("-applied_at", "-pk").first()
    )
    return found


def _check_day(valid_from: date, at: datetime) -> None:
    if valid_from < day_of(at):
        message = _("Ngày áp dụng không thể trước hôm nay: hồ sơ đã nhận ở lại bản cũ.")
        raise RuleBroken(message, field="valid_from")


def _waiting(update: CatalogueUpdate, actor: User, at: datetime) -> CatalogueUpdate:
    name_actor(actor, at)
    update = CatalogueUpdate.objects.select_for_update(of=("self",)).get(pk=update.pk)
    if update.status != CatalogueUpdate.Status.WAITING:
        values = {"status": update.status.label}
        raise RuleBroken(_("Không làm được việc này: lượt cập nhật hiện ở trạng thái “%(status)s”.") % values)
    return update
