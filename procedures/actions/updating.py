"""Applying a file of the national database as versions from a day on, and undoing the last one."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from procedures.actions.publishing import Decision, put_in_force, take_back
from procedures.actions.recording import name_actor
from procedures.models import CatalogueUpdate
from procedures.updates import Comparison
from units.rules import RuleBroken
from units.wording import day_of


class Source(NamedTuple):
    """The file, and the decision whose content it is."""

    file_name: str
    sha256: str
    decision: str
    signed_on: date | None


@transaction.atomic
def apply_update(
    *, comparison: Comparison, source: Source, valid_from: date, actor: User, at: datetime
) -> CatalogueUpdate:
    """New procedures and versions for all that is new or changed, or nothing. Raises RuleBroken.

    A new procedure has no office yet: somebody gives it one in the administration pages.
    """
    name_actor(actor)
    if not comparison.new and not comparison.changed:
        raise RuleBroken(_("Tệp này không thay đổi gì."))
    if valid_from < day_of(at):
        raise RuleBroken(_("Ngày áp dụng không thể trước hôm nay: hồ sơ đã nhận ở lại bản cũ."))
    update = CatalogueUpdate.objects.create(
        file_name=source.file_name, sha256=source.sha256, valid_from=valid_from, applied_at=at, applied_by=actor
    )
    decision = Decision(source.decision, source.signed_on, valid_from, update=update)
    for change in (*comparison.new, *comparison.changed):
        if change.procedure._state.adding:
            change.procedure.save()
        put_in_force(
            procedure=change.procedure, content=change.content, decision=decision, actor=actor, at=at, is_whole=False
        )
    return update


@transaction.atomic
def undo_last_update(*, actor: User, at: datetime) -> CatalogueUpdate:
    """Everything as before the last update that stands, or nothing. Procedures it brought stay, without a version.

    Raises RuleBroken when there is none, once a dossier was taken in by one of its versions, or when one of its
    procedures was published anew since.
    """
    name_actor(actor)
    update = CatalogueUpdate.objects.select_for_update(of=("self",)).filter(undone_at=None).first()
    if update is None:
        raise RuleBroken(_("Không có lượt cập nhật nào để hoàn tác."))
    for publication in update.publications.filter(taken_back_at=None):
        try:
            take_back(publication=publication, actor=actor, at=at)
        except RuleBroken as broken:
            raise RuleBroken(f"{publication.procedure}: {broken.message}") from broken
    update.undone_at, update.undone_by = at, actor
    update.save(update_fields=["undone_at", "undone_by"])
    return update
