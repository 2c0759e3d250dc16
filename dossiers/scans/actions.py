"""Adds and withdraws scans, writes internal notes. None of these is an event; no clock depends on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.events.reasons import require_reason, require_text
from dossiers.models import Dossier, Scan, ScanWithdrawal, StaffNote
from files.storage.actions import accept_uploads, all_or_nothing, store_accepted
from units.rules import RuleBroken

PRESSED_TWICE: Final = timedelta(minutes=1)


def add_scans(
    *,
    dossier: Dossier,
    uploads: Sequence[File[bytes]],
    actor: User | None,
    at: datetime,
    paper: str = "",
    is_result: bool = False,
) -> list[Scan]:
    """Stores the uploads as scans of a paper, of the result, or of the whole dossier; all or none.

    Skips files that the same paper has already. Raises RuleBroken with a message for each rejected file.
    """
    if not uploads:
        raise RuleBroken(_("Hãy chọn ít nhất một tệp."), field="uploads")
    if is_result and dossier.finished_at is None:
        raise RuleBroken(_("Hồ sơ chưa có kết quả."), field="paper")
    accepted = accept_uploads(uploads=uploads, sender=actor)
    with all_or_nothing():
        present = dossier.scans.in_force().filter(paper=paper, is_result=is_result)
        hashes = set(present.values_list("file__sent_sha256", flat=True))
        fresh = {one.sha256: one for one in accepted if one.sha256 not in hashes}
        return [
            Scan.objects.create(
                dossier=dossier,
                file=store_accepted(accepted=one, actor=actor, at=at),
                paper=paper,
                is_result=is_result,
            )
            for one in fresh.values()
        ]


@transaction.atomic
def withdraw_scan(*, scan: Scan, reason: str, actor: User | None, at: datetime) -> ScanWithdrawal:
    """Withdraws a scan: row and file stay, but it cannot be opened any more. Raises RuleBroken."""
    reason = require_reason(reason, "reason")
    Dossier.objects.select_for_update().get(pk=scan.dossier_id)  # rows of append-only tables cannot be locked
    if ScanWithdrawal.objects.filter(scan=scan).exists():
        raise RuleBroken(_("Bản quét này đã gỡ rồi."))
    return ScanWithdrawal.objects.create(scan=scan, reason=reason, actor=actor, at=at)


@transaction.atomic
def write_note(*, dossier: Dossier, text: str, actor: User | None, at: datetime) -> StaffNote:
    """Writes an internal note. Raises RuleBroken for an empty text.

    The same text again within a minute (a button pressed twice) is not written again, since notes cannot be deleted.
    """
    text = require_text(text, "text", _("Hãy viết nội dung ghi chú."))
    Dossier.objects.select_for_update().get(pk=dossier.pk)
    same = StaffNote.objects.filter(dossier=dossier, text=text, author=actor, at__gt=at - PRESSED_TWICE)
    if written := same.first():
        return written
    return StaffNote.objects.create(dossier=dossier, text=text, author=actor, at=at)
