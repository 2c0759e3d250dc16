"""Making an answered case public, in texts that name nobody, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.staff.fields import line, paragraph
from accounts.staff.operations import Operation
from complaints.models import Case, Publication
from complaints.models.people import TextSort
from complaints.models.publications import MOST_OF_SUBJECT
from complaints.operations.base import CaseForm, calls
from complaints.operations.publication.actions import may_be_published, publish_case, unpublish_case
from complaints.permissions import may_decide


class PublishForm(CaseForm):
    """The public text, else the text of the case; the publisher takes out what identifies a person."""

    subject = line(_("Tiêu đề"), MOST_OF_SUBJECT, missing=_("Hãy ghi tiêu đề."))
    content = paragraph(_("Nội dung công khai"), most=20_000, rows=6)
    answer = paragraph(_("Trả lời công khai"), most=20_000, missing=_("Hãy ghi câu trả lời."), rows=6)

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        made = Publication.objects.filter(case=case).first()
        if made is not None:
            self.initial = {"subject": made.subject, "content": made.content, "answer": made.answer}
            return
        texts = {one.sort: one.text for one in case.texts.all()}
        self.initial = {
            "subject": texts.get(TextSort.SUBJECT) or (str(case.category) if case.category else ""),
            "content": texts.get(TextSort.CONTENT, ""),
            "answer": texts.get(TextSort.ANSWER, ""),
        }


OPERATIONS: tuple[Operation[Case], ...] = (
    Operation(
        slug="cong-khai",
        label=pgettext_lazy("case act", "Công khai"),
        icon="feed",
        form=PublishForm,
        may=lambda user, case: may_be_published(case) and may_decide(user, case),
        do=calls(publish_case),
        note=_("Bỏ tên, địa chỉ, số điện thoại và mọi chi tiết chỉ ra một người. Ai cũng đọc được."),
    ),
    Operation(
        slug="thoi-cong-khai",
        label=_("Thôi công khai"),
        icon="x",
        form=CaseForm,
        may=lambda user, case: case.published_at is not None and may_decide(user, case),
        do=calls(unpublish_case),
    ),
)
