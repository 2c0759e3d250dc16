"""The list of procedures for editors, by state: in force, scheduled, withdrawn, being edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from procedures.models import Procedure, ProcedureDraft, ProcedureVersion
from units.texts.folding import folded


class State(TextChoices):
    IN_FORCE = "dang-ap-dung", _("Đang áp dụng")
    WRITING = "dang-soan", _("Đang soạn")
    SUBMITTED = "cho-duyet", _("Chờ duyệt")
    SCHEDULED = "hen-ap-dung", _("Hẹn áp dụng")
    ENDING = "hen-bai-bo", _("Hẹn bãi bỏ")
    WITHDRAWN = "da-bai-bo", _("Đã bãi bỏ")
    NEVER = "chua-cong-bo", _("Chưa công bố")
    LATE = "cham", _("Chậm công khai")


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The filters of the list; unknown values are ignored."""

    words: str = ""
    state: str = ""
    level: str = ""
    field: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        state = str(given.get("tinh-trang", ""))
        named = (str(given.get(name, ""))[:120].strip() for name in ("q", "cap", "linh-vuc"))
        words, level, field = named
        return cls(words, state if state in State.values else "", level, field)


def procedures_with_state(on: date, overdue: date) -> QuerySet[Any]:
    """Annotates every procedure with its state on that day: `name`, `since`, `until` of the version in force,
    `next_from`, `has_versions`, and of the open draft `draft_pk`, `draft_status`, `draft_kind`, `signed_on`,
    `is_late`.

    `overdue` is `procedures.versions.publication_duty.last_overdue`.
    """
    versions = ProcedureVersion.objects.filter(procedure=OuterRef("pk"))
    now, later = versions.in_force(on), versions.filter(valid__startswith__gt=on).order_by("valid")
    drafts = ProcedureDraft.objects.open().filter(procedure=OuterRef("pk"))
    return Procedure.objects.select_related("level", "field").annotate(
        name=Subquery(versions.order_by("-valid").values("name")[:1]),
        key=Subquery(versions.order_by("-valid").values("sort_key")[:1]),
        folded=Subquery(versions.order_by("-valid").values("name_folded")[:1]),
        since=Subquery(now.values(day=Lower("valid"))[:1]),
        until=Subquery(now.values(day=Upper("valid"))[:1]),
        next_from=Subquery(later.values(day=Lower("valid"))[:1]),
        has_versions=Exists(versions),
        draft_pk=Subquery(drafts.values("pk")[:1]),
        draft_name=Subquery(drafts.values("content__name")[:1]),
        draft_status=Subquery(drafts.values("status")[:1]),
        draft_kind=Subquery(drafts.values("kind")[:1]),
        signed_on=Subquery(drafts.values("decided_on")[:1]),
        is_late=Exists(drafts.filter(decided_on__lte=overdue)),
    )


IN_STATE: Final[Mapping[str, Q]] = {
    State.IN_FORCE: Q(since__isnull=False),
    State.WRITING: Q(draft_status="writing"),
    State.SUBMITTED: Q(draft_status="submitted"),
    State.SCHEDULED: Q(next_from__isnull=False),
    State.ENDING: Q(until__isnull=False) & (Q(next_from=None) | Q(next_from__gt=F("until"))),
    State.WITHDRAWN: Q(has_versions=True, since=None, next_from=None),
    State.NEVER: Q(has_versions=False),
    State.LATE: Q(is_late=True),
}


def filtered(rows: QuerySet[Any], wanted: ListFilter) -> QuerySet[Any]:
    if wanted.state:
        rows = rows.filter(IN_STATE[wanted.state])
    if wanted.level:
        rows = rows.filter(level__code=wanted.level)
    if wanted.field:
        rows = rows.filter(field__slug=wanted.field)
    for word in folded(wanted.words).split():
        rows = rows.filter(
            Q(folded__contains=word)
            | Q(ref__icontains=word)
            | Q(national_code__icontains=word)
            | Q(draft_name__icontains=wanted.words)
        )
    return rows.order_by("key", "ref")
