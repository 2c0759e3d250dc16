"""All differences between two contents, for editors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures.models import FormFile, Procedure, ProcedureDraft, ProcedureVersion, ProcessStep
from procedures.terms import make_term
from procedures.versions.content import ALL, KEEP, Content, as_version, content_of, empty_content
from procedures.versions.differences import Difference, by_paper, differences
from units.models import Unit
from units.texts.explanation import term_in_words


def shown_state(draft: ProcedureDraft) -> str:
    """Identifies what a comparison page shows: the edition of the draft, and the last publication of its procedure.
    One query."""
    standing = draft.procedure.publications.filter(taken_back_at=None).values_list("pk", flat=True).first()
    return f"{draft.edition}-{standing or 0}"


def content_differences(before: ProcedureVersion | None, content: Content, procedure: Procedure) -> list[Difference]:
    """The changes a draft makes to the version in force; `before` as read by `with_content`."""
    return compared(content_of(before) if before else empty_content(), content, procedure)


def compared(was: Content, now: Content, procedure: Procedure) -> list[Difference]:
    """All differences, also in what citizens do not see. Two queries at most."""
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
    """Papers whose blank form differs. One query if there is any."""
    old, new = ({key: row.get("form") for key, row in by_paper(content["papers"]).items()} for content in (was, now))
    keys = {key for key in (*old.values(), *new.values()) if key}
    names = dict(FormFile.objects.filter(pk__in=keys).values_list("pk", "file__name")) if keys else {}
    for paper, form in new.items():
        if form != (before := old.get(paper)):
            label = gettext("Tệp mẫu: %(paper)s") % {"paper": paper.name}
            yield Difference(label, _file(before, names), _file(form, names))


def _file(form: int | None, names: Mapping[int, str]) -> str:
    """With its number, since two files may have the same name."""
    return f"{names.get(form, '…')} (#{form})" if form else ""


def _process(was: Content, now: Content) -> Iterator[Difference]:
    """Differences of the approval and of the steps. One query if a step is at another office."""
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
    words = [place, names.get(step["unit"], ""), f"{step['hours']} h"]
    words += [f"{label}: {value}" for label, value in more.items() if value]
    return f"{number}. {step['name']}: " + " · ".join(one for one in words if one)


def _promises(was: Content, now: Content) -> Iterator[Difference]:
    yield Difference(str(_("Thời hạn cam kết")), _promised(was["committed"]), _promised(now["committed"]))


def _promised(change: Content) -> str:
    """A draft may have a number without its unit, or the other way round."""
    if change["change"] == ALL:
        term = make_term(change["amount"], change["unit"], None)
        return term_in_words(term) if term else " ".join(str(change[name] or "…") for name in ("amount", "unit"))
    return str(_("như đang có") if change["change"] == KEEP else _("bỏ hết"))


def _yes(*, is_so: bool) -> str:
    return str(_("có") if is_so else _("không"))
