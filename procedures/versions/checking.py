"""The rules for the content of a version, each with its sentence. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext

from procedures.models import Channel, Offering, Procedure, ProcedureVersion, ProcessStep
from procedures.terms import fits, make_term, process_hours
from procedures.versions.content import ALL, NONE, Content, process_steps_of, term_of
from procedures.versions.named_terms import named_terms, says_the_same
from units.clock.due_dates import Term
from units.rules import RuleBroken
from units.texts.explanation import term_in_words

ONLINE = ProcedureVersion.OnlineLevel


class Fault(NamedTuple):
    """`field` is a name of `procedures.versions.content`, or `valid_from`."""

    field: str
    message: str


def check_process(steps: Sequence[ProcessStep], term: Term | None) -> None:
    """Raises RuleBroken unless the steps lead from the desk to the desk within the term."""
    desk = ProcessStep.Place.DESK
    if len(steps) < 2 or steps[0].place != desk or steps[-1].place != desk:
        raise RuleBroken(gettext("Quy trình bắt đầu và kết thúc ở bộ phận một cửa, có ít nhất hai bước."))
    groups = [(group, [step.hours for step in members]) for group, members in groupby(steps, key=_parallel_group)]
    if len({group for group, _hours in groups}) < len(groups):
        raise RuleBroken(gettext("Các bước cùng đợt song song phải đứng liền nhau."))
    if term and sum(max(hours) for _group, hours in groups) > process_hours(term):
        raise RuleBroken(gettext("Tổng số giờ của các khâu vượt quá thời hạn."))


def content_faults(content: Content) -> Iterator[Fault]:
    """Missing and contradictory content. The parts every procedure has: Decree 63/2010/ND-CP, article 8.2."""
    needed = {
        "name": gettext("Hãy ghi tên thủ tục."),
        "audience": gettext("Hãy chọn ít nhất một đối tượng."),
        "legal_basis": gettext("Thiếu căn cứ pháp lý: ghi ít nhất một văn bản."),
        "papers": gettext("Thiếu thành phần hồ sơ: ghi ít nhất một giấy tờ."),
        "steps": gettext("Thiếu trình tự thực hiện: ghi ít nhất một bước."),
        "ways": gettext("Thiếu cách thức nộp: chọn ít nhất một cách."),
        "result": gettext("Hãy ghi kết quả thực hiện."),
    }
    yield from (Fault(name, message) for name, message in needed.items() if not content[name])
    if not content["competent"] and not content["handling"]:
        yield Fault("competent", gettext("Hãy ghi cơ quan có thẩm quyền."))
    if (content["term_amount"] is None) != (not content["term_unit"]):
        yield Fault("term_amount", gettext("Thời hạn gồm cả số và đơn vị."))
    elif content["term_amount"] is None and not content["term_note"]:
        yield Fault("term_amount", gettext("Hãy ghi thời hạn, hoặc ghi bằng lời ở ô ghi chú thời hạn."))
    yield from _online_faults(content)
    yield from process_faults(content)
    yield from _named_term_faults(content)


def _named_term_faults(content: Content) -> Iterator[Fault]:
    """Texts that name another term than the version's, which citizens would rely on."""
    allowed = [term for term in (_term(content), _committed_to_all(content)) if term]
    if not _term(content):
        return
    for field, place, text in _texts(content):
        for named in named_terms(text, holds_a_term=field in ("term_note", "ways")):
            if not any(says_the_same(named.term, term) for term in allowed):
                params = {"place": place, "words": named.words, "term": term_in_words(allowed[0])}
                message = gettext("%(place)s ghi “%(words)s”, khác thời hạn %(term)s của thủ tục.") % params
                yield Fault(field, message)


def _texts(content: Content) -> Iterator[tuple[str, str, str]]:
    """Each free text: field, its name on the form, text."""
    yield "term_note", gettext("Ghi chú thời hạn"), content["term_note"]
    for position, text in enumerate(content["steps"], 1):
        yield "steps", gettext("Trình tự, bước %(n)s") % {"n": position}, text
    ways = dict(Channel.Way.choices)
    for row in content["ways"]:
        yield "ways", gettext("Cách nộp “%(way)s”") % {"way": ways.get(row["way"], row["way"])}, row["term_text"]
    for field, place in (("result", gettext("Kết quả")), ("fee_note", gettext("Ghi chú lệ phí"))):
        yield field, place, content[field]
    yield "conditions", gettext("Yêu cầu, điều kiện"), content["conditions"]


def _committed_to_all(content: Content) -> Term | None:
    change = content["committed"]
    return make_term(change["amount"], change["unit"], None) if change["change"] == ALL else None


def _online_faults(content: Content) -> Iterator[Fault]:
    """Decree 224, article 14: a service that is only partly online states why."""
    has_way = any(row["way"] == Channel.Way.ONLINE for row in content["ways"])
    if content["online_level"] == ONLINE.PARTIAL and not content["online_reason"]:
        yield Fault("online_reason", gettext("Trực tuyến một phần thì phải công khai lý do."))
    if has_way != (content["online_level"] in (ONLINE.FULL, ONLINE.PARTIAL)):
        yield Fault("online_level", gettext("Mức trực tuyến và cách nộp trực tuyến không khớp nhau."))


def process_faults(content: Content) -> Iterator[Fault]:
    """Faults of the internal process; none where there is none."""
    steps = process_steps_of(content)
    if not steps:
        return
    if not all(content["process"][name] for name in ("number", "decision", "approver")):
        yield Fault("process", gettext("Hãy ghi mã quy trình, quyết định và người phê duyệt."))
    try:
        check_process(steps, _term(content))
    except RuleBroken as broken:
        yield Fault("process", broken.message)


def faults_in_force(procedure: Procedure, content: Content, valid_from: date, today: date) -> Iterator[Fault]:
    """What prevents `content` from being in force from that day. Two queries."""
    offerings = Offering.objects.filter(procedure=procedure).select_related("unit")
    return faults_beside(content, _first_from(procedure, valid_from), offerings, valid_from, today)


def faults_beside(
    content: Content, begins: date | None, offerings: Iterable[Offering], valid_from: date, today: date
) -> Iterator[Fault]:
    """The same with what was read before: a version that begins on that day or later, and the offerings."""
    if valid_from < today:
        yield Fault("valid_from", gettext("Ngày áp dụng không thể trước hôm nay: hồ sơ đã nhận ở lại bản cũ."))
    if begins:
        yield Fault("valid_from", _overlaps(begins))
    yield from _promise_faults(content, offerings, valid_from)


def later_version(procedure: Procedure, day: date) -> str:
    """The sentence that a version begins on that day or later; empty when none does."""
    begins = _first_from(procedure, day)
    return _overlaps(begins) if begins else ""


def _first_from(procedure: Procedure, day: date) -> date | None:
    valid = procedure.versions.filter(valid__startswith__gte=day).values_list("valid", flat=True).first()
    return valid.lower if valid else None


def _overlaps(begins: date) -> str:
    return gettext("Đã có phiên bản áp dụng từ %(day)s: hai phiên bản không được chồng nhau.") % {
        "day": f"{begins:%d/%m/%Y}"
    }


def _promise_faults(content: Content, offerings: Iterable[Offering], valid_from: date) -> Iterator[Fault]:
    """A committed term is never longer than the statutory one: an office's own, or the one in this content."""
    change, term = content["committed"], _term(content)
    if change["change"] == NONE:
        return
    if change["change"] == ALL:
        committed = make_term(change["amount"], change["unit"], None)
        if committed is None:
            yield Fault("committed", gettext("Hãy ghi thời hạn cam kết gồm cả số và đơn vị."))
        elif term and not fits(committed, term):
            yield Fault("committed", gettext("Thời hạn cam kết không được dài hơn thời hạn theo quy định."))
        return
    for offering in offerings:
        promised = make_term(offering.committed_amount, offering.committed_unit, None)
        goes_on = offering.valid.upper is None or offering.valid.upper > valid_from
        if term and promised and goes_on and not fits(promised, term):
            params = {"unit": offering.unit.name, "term": term_in_words(promised)}
            yield Fault("term_amount", gettext("%(unit)s đã cam kết %(term)s, dài hơn thời hạn này.") % params)
            return


def _term(content: Content) -> Term | None:
    """None also if only one of amount and unit is given."""
    return term_of(content) if content["term_amount"] is not None and content["term_unit"] else None


def _parallel_group(step: ProcessStep) -> int:
    """Parallel steps count once."""
    return step.group or -step.position - 1
