"""Doubtful entries of the catalogue: unverified, missing, contradictory or outdated, by responsible unit.

One query over the versions in force and one over offerings without a version, however many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from files.storage.actions import is_whole
from procedures.models import (
    Channel,
    Offering,
    Procedure,
    ProcedureDraft,
    ProcedureVersion,
    Process,
    RequiredDocument,
    Step,
    VersionQuerySet,
)
from procedures.versions.legal_texts import misprinted, named_twice, superseded
from procedures.versions.process_plan import SAMPLE

REVIEWED_WITHIN: Final = timedelta(days=2 * 365)
ONLINE = ProcedureVersion.OnlineLevel


class Kind(TextChoices):
    UNVERIFIED = "chua-kiem-chung", _("Chưa kiểm chứng")
    MISSING = "thieu", _("Thiếu")
    CONTRADICTORY = "mau-thuan", _("Mâu thuẫn")
    OUTDATED = "cu", _("Có thể đã cũ")


class Doubt(NamedTuple):
    kind: Kind
    what: str


class DoubtfulProcedure(NamedTuple):
    """A procedure with its doubts; `owner` names the unit or the level of units that handles it."""

    ref: str
    name: str
    owner: str
    doubts: list[Doubt]

    def has(self, kind: str) -> bool:
        return any(doubt.kind == kind for doubt in self.doubts)


class OwnerDoubts(NamedTuple):
    """The number of an owner's procedures with doubts, and of each kind in the order of `Kind`."""

    owner: str
    procedures: int
    counts: list[int]


def doubtful(on: date, overdue: date) -> list[DoubtfulProcedure]:
    """Every procedure with at least one doubt, by name. `overdue` is `publication_duty.last_overdue`."""
    lines = [_doubtful_procedure(version, on) for version in _versions(on, overdue)]
    return [line for line in lines if line.doubts] + [_without_version(row) for row in _offered_without(on)]


def by_owner(lines: Iterable[DoubtfulProcedure]) -> list[OwnerDoubts]:
    """The owner with most first."""
    every, kinds = Counter[str](), {kind: Counter[str]() for kind in Kind}
    for line in lines:
        every[line.owner] += 1
        for kind in {doubt.kind for doubt in line.doubts}:
            kinds[kind][line.owner] += 1
    return [OwnerDoubts(owner, n, [kinds[kind][owner] for kind in Kind]) for owner, n in every.most_common()]


def _versions(on: date, overdue: date) -> VersionQuerySet:
    mine = {"version": OuterRef("pk")}
    ways = Channel.objects.filter(**mine)
    drafts = ProcedureDraft.objects.open().filter(procedure=OuterRef("procedure"))
    forms = RequiredDocument.objects.filter(**mine).exclude(form=None).order_by("position")
    declared = RequiredDocument.objects.filter(Q(name__istartswith="tờ khai") | Q(name__istartswith="đơn "), **mine)
    return (
        ProcedureVersion.objects.in_force(on)
        .select_related("procedure__level")
        .annotate(
            has_papers=Exists(RequiredDocument.objects.filter(**mine)),
            has_steps=Exists(Step.objects.filter(**mine)),
            has_ways=Exists(ways),
            has_online=Exists(ways.filter(way=Channel.Way.ONLINE)),
            has_other_fee=Exists(ways.exclude(fee_vnd=None).exclude(fee_vnd=OuterRef("fee_vnd"))),
            has_own_process=Exists(Process.objects.approved().filter(**mine).exclude(number=SAMPLE["number"])),
            lacks_form=Exists(declared.filter(form_code="")),
            lacks_form_file=Exists(declared.filter(form=None)),
            form_names=ArraySubquery(forms.values("form__file__storage_name")),
            form_sizes=ArraySubquery(forms.values("form__file__size")),
            is_late=Exists(drafts.filter(decided_on__lte=overdue)),
            **_owners(on),
        )
        .defer("search", "conditions", "rest_folded", "name_folded")
        .order_by("sort_key", "pk")
    )


def _owners(on: date) -> dict[str, Any]:
    handled = Offering.objects.in_force(on).filter(procedure=OuterRef("procedure")).order_by()
    counted = handled.values("procedure").annotate(n=Count("handler", distinct=True)).values("n")
    return {"handlers": Subquery(counted), "handler": Subquery(handled.values(name=F("handler__name"))[:1])}


def _offered_without(on: date) -> Iterable[Procedure]:
    in_force = ProcedureVersion.objects.in_force(on).filter(procedure=OuterRef("pk"))
    return Procedure.objects.on_offer(on).filter(~Exists(in_force)).select_related("level").order_by("ref")


def _doubtful_procedure(version: Any, on: date) -> DoubtfulProcedure:
    procedure = version.procedure
    owner = version.handler if version.handlers == 1 else procedure.level.name
    doubts = [*_unverified(version), *_missing(version), *_contradictory(version), *_outdated(version, on)]
    return DoubtfulProcedure(procedure.ref, version.name, owner, doubts)


def _without_version(procedure: Procedure) -> DoubtfulProcedure:
    doubt = Doubt(Kind.CONTRADICTORY, gettext("có nơi nhận nhưng không có phiên bản nào áp dụng"))
    return DoubtfulProcedure(procedure.ref, procedure.ref, procedure.level.name, [doubt])


def _unverified(version: ProcedureVersion) -> Iterator[Doubt]:
    found = {
        gettext("tên"): not version.name_verified,
        gettext("thời hạn"): not version.term_verified,
        gettext("mã"): not version.procedure.code_verified,
    }
    yield from (Doubt(Kind.UNVERIFIED, what) for what, is_so in found.items() if is_so)


def _missing(version: Any) -> Iterator[Doubt]:
    found = {
        gettext("căn cứ pháp lý"): not version.legal_basis,
        gettext("thành phần hồ sơ"): not version.has_papers,
        gettext("trình tự thực hiện"): not version.has_steps,
        gettext("cách thức nộp"): not version.has_ways,
        gettext("đối tượng"): not version.audience,
        gettext("kết quả"): not version.result,
        gettext("cơ quan giải quyết"): not version.competent and not version.handling,
        gettext("thời hạn"): version.term_amount is None and not version.term_note,
        gettext("quyết định công bố"): not version.decision,
        gettext("ký hiệu mẫu đơn, tờ khai"): version.lacks_form,
        gettext("tệp mẫu đơn, tờ khai để tải về"): version.lacks_form_file,
        gettext("tệp mẫu đã mất hoặc hỏng"): not all(map(is_whole, version.form_names, version.form_sizes)),
        gettext("quy trình nội bộ được phê duyệt"): not version.has_own_process,
        gettext("nơi nhận: đang áp dụng mà không nơi nào nhận"): not version.handlers,
    }
    yield from (Doubt(Kind.MISSING, what) for what, is_so in found.items() if is_so)


def _contradictory(version: Any) -> Iterator[Doubt]:
    is_online = version.online_level in (ONLINE.FULL, ONLINE.PARTIAL)
    is_partial = version.online_level == ONLINE.PARTIAL
    found = {
        gettext("phí của cách nộp khác phí chung"): version.fee_vnd is not None and version.has_other_fee,
        gettext("mức trực tuyến không khớp cách nộp"): version.has_ways and is_online != version.has_online,
        gettext("trực tuyến một phần mà không nêu lý do"): is_partial and not version.online_reason,
        gettext("liên thông mà không có cơ quan phối hợp"): version.interlinked and not version.coordinating,
        gettext("mã được coi là đã kiểm chứng nhưng để trống"): version.procedure.code_verified
        and not version.procedure.national_code,
    }
    yield from (Doubt(Kind.CONTRADICTORY, what) for what, is_so in found.items() if is_so)
    for number in misprinted(version.legal_basis):
        yield Doubt(Kind.CONTRADICTORY, gettext("số văn bản không thể đúng: %(number)s") % {"number": number})
    for number in named_twice(version.legal_basis):
        yield Doubt(Kind.CONTRADICTORY, gettext("văn bản được nêu hai lần: %(number)s") % {"number": number})


def _outdated(version: Any, on: date) -> Iterator[Doubt]:
    for old, new in superseded(version.legal_basis, on):
        yield Doubt(Kind.OUTDATED, gettext("căn cứ %(old)s đã được thay bằng %(new)s") % {"old": old, "new": new})
    if version.valid.lower and version.valid.lower < on - REVIEWED_WITHIN:
        yield Doubt(Kind.OUTDATED, gettext("quá hai năm chưa có phiên bản mới"))
    if version.is_late:
        yield Doubt(Kind.OUTDATED, gettext("có quyết định quá 5 ngày làm việc chưa công khai"))
