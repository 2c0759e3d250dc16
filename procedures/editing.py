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

from procedures.content import ALL, KEEP, Content, as_version, content_of, empty_content
from procedures.differences import Difference, differences, told_apart
from procedures.folding import folded
from procedures.models import FormFile, Procedure, ProcedureDraft, ProcedureVersion, ProcessStep
from procedures.terms import make_term
from units.explanation import term_in_words
from units.models import Unit


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


def seen_of(draft: ProcedureDraft) -> str:
    """What a page that compares the draft shows: the draft as it is, beside what is published. One query."""
    standing = draft.procedure.publications.filter(taken_back_at=None).values_list("pk", flat=True).first()
    return f"{draft.edition}-{standing or 0}"


def content_differences(before: ProcedureVersion | None, content: Content, procedure: Procedure) -> list[Difference]:
    """What a draft changes, by the parts of a version; `before` as read by `with_content`."""
    return compared(content_of(before) if before else empty_content(), content, procedure)


def compared(was: Content, now: Content, procedure: Procedure) -> list[Difference]:
    """Everything in which the two differ, for those who decide: more than citizens are told. Two queries at most."""
    rows = differences(as_version(was, procedure), as_version(now, procedure))
    more = [*_facts(was, now), *_forms(was, now), *_process(was["process"], now["process"]), *_promises(was, now)]
    return rows + [row for row in more if row.before != row.after]


def _facts(was: Content, now: Content) -> Iterator[Difference]:
    texts = {
        "name_en": _("Tên tiếng Anh"),
        "term_note": _("Ghi chú thời hạn"),
        "cut_off": _("Giờ chốt trong ngày"),
        "online_reason": _("Lý do chỉ một phần"),
        "handling": _("Đơn vị giải quyết"),
    }
    yield from (Difference(str(label), was[name] or "", now[name] or "") for name, label in texts.items())
    yield Difference(str(_("Cơ quan phối hợp")), "\n".join(was["coordinating"]), "\n".join(now["coordinating"]))
    marks = {
        "name_verified": _("Tên đã đối chiếu"),
        "term_verified": _("Thời hạn đã đối chiếu"),
        "interlinked": _("Liên thông"),
    }
    yield from (Difference(str(label), _yes(is_so=was[name]), _yes(is_so=now[name])) for name, label in marks.items())


def _forms(was: Content, now: Content) -> Iterator[Difference]:
    """The file of a paper: which one there was and which there is. One query where there is any."""
    old, new = ({key: row.get("form") for key, row in told_apart(content["papers"]).items()} for content in (was, now))
    keys = {key for key in (*old.values(), *new.values()) if key}
    names = dict(FormFile.objects.filter(pk__in=keys).values_list("pk", "file__name")) if keys else {}
    for paper, form in new.items():
        if form != (before := old.get(paper)):
            label = gettext("Tệp mẫu: %(paper)s") % {"paper": paper.name}
            yield Difference(label, _file(before, names), _file(form, names))


def _file(form: int | None, names: Mapping[int, str]) -> str:
    """Two files may have one name: the number tells them apart."""
    return f"{names.get(form, '…')} (#{form})" if form else ""


def _process(was: Content, now: Content) -> Iterator[Difference]:
    """The approval and the steps, each with all that is known of it. One query where another office has a step."""
    approval = {
        "number": _("Mã quy trình"),
        "decision": _("Quyết định phê duyệt quy trình"),
        "approver": _("Người phê duyệt quy trình"),
    }
    yield from (Difference(str(label), was[name], now[name]) for name, label in approval.items())
    units = {step["unit"] for step in (*was["steps"], *now["steps"]) if step["unit"]}
    names = dict(Unit.objects.filter(pk__in=units).values_list("pk", "name")) if units else {}
    old, new = ("\n".join(_step(n, step, names) for n, step in enumerate(one["steps"], 1)) for one in (was, now))
    yield Difference(str(_("Quy trình nội bộ")), old, new)


def _step(number: int, step: Content, names: Mapping[int, str]) -> str:
    place = str(dict(ProcessStep.Place.choices).get(step["place"], step["place"]))
    more = {
        gettext("đợt song song"): step["group"],
        gettext("người thực hiện"): step["owner"],
        gettext("hồ sơ lưu"): step["record"],
    }
    said = [place, names.get(step["unit"], ""), f"{step['hours']} h"]
    said += [f"{label}: {value}" for label, value in more.items() if value]
    return f"{number}. {step['name']}: " + " · ".join(one for one in said if one)


def _promises(was: Content, now: Content) -> Iterator[Difference]:
    yield Difference(str(_("Thời hạn cam kết")), _promised(was["committed"]), _promised(now["committed"]))


def _promised(change: Content) -> str:
    """A draft that is still written may name a number without its unit, or the other way round."""
    if change["change"] == ALL:
        term = make_term(change["amount"], change["unit"], None)
        return term_in_words(term) if term else " ".join(str(change[name] or "…") for name in ("amount", "unit"))
    return str(_("như đang có") if change["change"] == KEEP else _("bỏ hết"))


def _yes(*, is_so: bool) -> str:
    return str(_("có") if is_so else _("không"))
