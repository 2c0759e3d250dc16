"""How every procedure stands, for those who keep the catalogue: in force, to come, withdrawn, being rewritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures.content import Content, as_version, empty_content, process_steps_of
from procedures.differences import Difference, differences
from procedures.folding import folded
from procedures.models import Channel, FormFile, Procedure, ProcedureDraft, ProcedureVersion
from units.explanation import term_in_words
from units.working_time import Term, TermUnit


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
class Wanted:
    """What the list is narrowed to; unknown values are left out."""

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


def kept(on: date, overdue: date) -> QuerySet[Any]:
    """Every procedure with how it stands on that day: `name`, `since`, `until` of the version in force, `next_from`,
    `has_versions`, and of the draft under way `draft_pk`, `draft_status`, `draft_kind`, `signed_on`, `is_late`.

    `overdue` is `procedures.duty.last_overdue`.
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


def narrowed(rows: QuerySet[Any], wanted: Wanted) -> QuerySet[Any]:
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


def content_differences(before: ProcedureVersion | None, content: Content, procedure: Procedure) -> list[Difference]:
    """What a draft changes, by the parts of a version; `before` as read by `with_content`. For those who decide: more
    than citizens are told."""
    was = before or as_version(empty_content(), procedure)
    rows = differences(was, as_version(content, procedure))
    told = {row.what for row in rows}
    more = [
        *_facts(was, content),
        *_forms(was, content),
        *_ways(was, content),
        *_process(before, content),
        *_promises(content),
    ]
    return rows + [row for row in more if row.before != row.after and row.what not in told]


def _facts(was: ProcedureVersion, content: Content) -> Iterator[Difference]:
    new = as_version(content, was.procedure)
    yield Difference(str(_("Tên tiếng Anh")), was.name_en, new.name_en)
    yield Difference(str(_("Ghi chú thời hạn")), was.term_note, new.term_note)
    yield Difference(str(_("Giờ chốt trong ngày")), _hour(was), _hour(new))
    yield Difference(str(_("Lý do chỉ một phần")), was.online_reason, new.online_reason)
    yield Difference(str(_("Đơn vị giải quyết")), was.handling, new.handling)
    yield Difference(str(_("Cơ quan phối hợp")), "; ".join(was.coordinating), "; ".join(new.coordinating))
    marks = {
        "name_verified": _("Tên đã đối chiếu"),
        "term_verified": _("Thời hạn đã đối chiếu"),
        "interlinked": _("Liên thông"),
    }
    for name, label in marks.items():
        yield Difference(str(label), _yes(is_so=getattr(was, name)), _yes(is_so=content[name]))


def _forms(was: ProcedureVersion, content: Content) -> Iterator[Difference]:
    """The file of a paper that stays: which one there was and which there is. One query where there is any."""
    old = {(row["case"], row["name"]): row.get("form") for row in was.papers}  # type: ignore[attr-defined]
    new = {(row["case"], row["name"]): row["form"] for row in content["papers"]}
    keys = {key for key in (*old.values(), *new.values()) if key}
    names = dict(FormFile.objects.filter(pk__in=keys).values_list("pk", "file__name")) if keys else {}
    for paper, form in new.items():
        if form != (before := old.get(paper)):
            label = gettext("Tệp mẫu: %(paper)s") % {"paper": paper[1]}
            yield Difference(label, _file(before, names), _file(form, names))


def _file(form: int | None, names: Mapping[int, str]) -> str:
    """Two files may have one name: the number tells them apart."""
    return f"{names.get(form, '…')} (#{form})" if form else ""


def _ways(was: ProcedureVersion, content: Content) -> Iterator[Difference]:
    """Term and fee belong to the way of filing."""
    names = dict(Channel.Way.choices)
    old = {row["way"]: _way(row) for row in was.ways}  # type: ignore[attr-defined]
    for row in content["ways"]:
        if row["way"] in old:
            yield Difference(str(names[row["way"]]), old[row["way"]], _way(row))


def _process(before: ProcedureVersion | None, content: Content) -> Iterator[Difference]:
    used = next(iter(before.used), None) if before else None  # type: ignore[attr-defined]
    old = "\n".join(f"{step.name}: {step.hours} h" for step in used.steps.all()) if used else ""
    new = "\n".join(f"{step.name}: {step.hours} h" for step in process_steps_of(content))
    yield Difference(str(_("Quy trình nội bộ")), old, new)
    yield Difference(str(_("Mã quy trình")), used.number if used else "", content["process"]["number"])


def _promises(content: Content) -> Iterator[Difference]:
    change = content["committed"]
    if change["change"] == "all":
        term = term_in_words(_term(change))
        yield Difference(str(_("Thời hạn cam kết")), str(_("như đang có")), term)
    elif change["change"] == "none":
        yield Difference(str(_("Thời hạn cam kết")), str(_("như đang có")), str(_("bỏ hết")))


def _term(change: dict[str, Any]) -> Term:
    return Term(change["amount"], TermUnit(change["unit"]))


def _way(row: dict[str, Any]) -> str:
    """Term and fee of one way of filing."""
    fee = row["fee_note"] if row["fee_vnd"] is None else f"{row['fee_vnd']:,} đồng".replace(",", ".")
    return f"{row['term_text']} · {fee}"


def _hour(version: ProcedureVersion) -> str:
    return f"{version.cut_off:%H:%M}" if version.cut_off else ""


def _yes(*, is_so: bool) -> str:
    return str(_("có") if is_so else _("không"))
