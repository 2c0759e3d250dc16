"""Publishing an answered case, and taking it back. Decree 20/2008/NĐ-CP, article 19: results are made public."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.states import Kind, Status
from complaints.events.record import locked
from complaints.models import Case, Publication, Reporter
from complaints.models.publications import MOST_OF_SUBJECT
from complaints.texts.actions import checked_text
from units.rules import RuleBroken
from units.texts.folding import folded

PUBLIC_KINDS: Final = frozenset({Kind.PETITION, Kind.FIELD_REPORT, Kind.QUESTION, Kind.PRAISE})
ANSWERED: Final = frozenset({Status.ANSWERED, Status.CLOSED})
_REACHES = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?:\+?84|0)(?:[ .-]?\d){8,10}\b")


def may_be_published(case: Case) -> bool:
    """The reporter consented, the kind is no matter of one person's rights or secrets, and it was answered."""
    return case.consents and not case.is_sealed and case.kind in PUBLIC_KINDS and case.state in ANSWERED


@transaction.atomic
def publish_case(
    *, case: Case, subject: str, content: str, answer: str, actor: User | None, at: datetime
) -> Publication:
    """Publish these texts, or replace those published before.

    Raises RuleBroken where the case may not be, and beside a text that names the reporter or a way to reach somebody.
    """
    case = locked(case)
    if not may_be_published(case):
        raise RuleBroken(_("Chỉ công khai việc đã trả lời mà người gửi đồng ý công khai."))
    texts = {"subject": subject.strip()[:MOST_OF_SUBJECT], "content": content.strip(), "answer": answer.strip()}
    _names_nobody(case, texts)
    checked_text(texts["answer"], "answer")
    if not texts["subject"]:
        raise RuleBroken(_("Hãy ghi tiêu đề."), field="subject")
    made, _is_new = Publication.objects.update_or_create(case=case, defaults=texts | {"at": at, "author": actor})
    case.published_at = at
    case.save(update_fields=["published_at"])
    return made


@transaction.atomic
def unpublish_case(*, case: Case) -> None:
    """Withdraw the publication. Twice is harmless."""
    take_down(locked(case))


def take_down(case: Case) -> None:
    """The same for a case that is locked already."""
    if case.published_at is None:
        return
    Publication.objects.filter(case=case).delete()
    case.published_at = None
    case.save(update_fields=["published_at"])


def _names_nobody(case: Case, texts: dict[str, str]) -> None:
    reporter = Reporter.objects.filter(case=case).first()
    names = (reporter.name, reporter.address) if reporter else ()
    secrets = [f" {folded(one)} " for one in names if len(folded(one)) > 3]
    for field, text in texts.items():
        if _REACHES.search(text) or any(secret in f" {folded(text)} " for secret in secrets):
            raise RuleBroken(
                _("Còn tên, địa chỉ, số điện thoại hoặc thư điện tử. Hãy bỏ đi trước khi công khai."), field=field
            )
