"""The offices that take a procedure in, as a JSON value: the content of a draft of offices, and its rules. Reads only.

{"offers": [{"unit": id, "handler": id, "amount": number | null, "term_unit": "", "cut_off": "15:00" | null}]}

Only offices that take it in; `amount` with `term_unit` is a committed term, shorter than the statutory one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, pgettext

from procedures.models import Offering, Procedure, ProcedureVersion
from procedures.terms import fits, make_term
from procedures.versions.checking import Fault
from procedures.versions.content import Content
from procedures.versions.differences import Difference
from units.clock.due_dates import Term
from units.models import Unit, UnitKind
from units.texts.explanation import term_in_words

Offer = dict[str, Any]


def offered(procedure: Procedure, on: date) -> Content:
    """The offices of that day."""
    rows = Offering.objects.in_force(on).filter(procedure=procedure).order_by("unit__order", "unit__name")
    return {"offers": [offer_of(row) for row in rows]}


def offer_of(row: Offering) -> Offer:
    return {
        "unit": row.unit_id,
        "handler": row.handler_id,
        "amount": row.committed_amount,
        "term_unit": row.committed_unit,
        "cut_off": f"{row.cut_off:%H:%M}" if row.cut_off else None,
    }


def facts_of(offer: Offer) -> dict[str, Any]:
    """The columns of an `Offering` that a draft changes."""
    return {
        "handler_id": offer["handler"],
        "committed_amount": offer["amount"],
        "committed_unit": offer["term_unit"],
        "cut_off": time.fromisoformat(offer["cut_off"]) if offer["cut_off"] else None,
    }


def offices_of(procedure: Procedure) -> list[Unit]:
    """All offices of the procedure's level."""
    return list(Unit.objects.filter(kind=procedure.level_id, valid_to=None).order_by("order", "name"))


def handlers_of(procedure: Procedure) -> list[Unit]:
    """Departments; an office may also handle by itself."""
    kinds = (UnitKind.DEPARTMENT, UnitKind.AGENCY)
    return list(Unit.objects.filter(kind__code__in=kinds, valid_to=None).order_by("order", "name"))


def office_faults(procedure: Procedure, content: Content, valid_from: date, today: date) -> Iterator[Fault]:
    """What prevents `content` from applying from that day."""
    if valid_from < today:
        yield Fault("valid_from", gettext("Ngày áp dụng không thể trước hôm nay."))
    if not content["offers"]:
        yield Fault("offices", gettext("Hãy chọn ít nhất một nơi nhận; thủ tục không còn nơi nào nhận thì bãi bỏ."))
    allowed = {unit.pk for unit in offices_of(procedure)}
    if any(offer["unit"] not in allowed for offer in content["offers"]):
        yield Fault("offices", gettext("Có nơi nhận không còn hoạt động: hãy chọn lại."))
    rows = Offering.objects.filter(procedure=procedure)
    if later := rows.filter(valid__startswith__gte=valid_from).order_by("valid").first():
        sentence = gettext("Đã có thay đổi nơi nhận từ ngày %(day)s: chọn ngày sau đó.")
        yield Fault("valid_from", sentence % {"day": f"{later.valid.lower:%d/%m/%Y}"})
    yield from _promise_faults(procedure, content["offers"], valid_from)


def _promise_faults(procedure: Procedure, offers: Iterable[Offer], valid_from: date) -> Iterator[Fault]:
    """A committed term is never longer than the statutory term of any version in its time."""
    met = Q(valid__endswith=None) | Q(valid__endswith__gt=valid_from)
    terms = [version.term for version in ProcedureVersion.objects.filter(met, procedure=procedure)]
    for offer in offers:
        promised = _promised(offer)
        if promised and any(term and not fits(promised, term) for term in terms):
            sentence = gettext("Thời hạn cam kết không được dài hơn thời hạn theo quy định: %(term)s.")
            yield Fault("offices", sentence % {"term": term_in_words(promised)})
            return


def office_differences(before: Content, after: Content) -> list[Difference]:
    """The differences office by office. One query."""
    old, new = ({offer["unit"]: offer for offer in one["offers"]} for one in (before, after))
    changed = [unit for unit in {**old, **new} if old.get(unit) != new.get(unit)]
    named = {offer["handler"] for offer in (*old.values(), *new.values())}
    names = dict(Unit.objects.filter(pk__in={*changed, *named}).values_list("pk", "name"))
    return [
        Difference(names[unit], _offer_words(old.get(unit), names), _offer_words(new.get(unit), names))
        for unit in changed
    ]


def _offer_words(offer: Offer | None, names: dict[int, str]) -> str:
    if offer is None:
        return gettext("không nhận")
    promised = _promised(offer)
    rows = [gettext("Giải quyết: %(unit)s") % {"unit": names[offer["handler"]]}]
    rows.append(
        gettext("Cam kết: %(term)s") % {"term": term_in_words(promised) if promised else pgettext("promise", "không")}
    )
    if offer["cut_off"]:
        rows.append(gettext("Giờ chốt: %(hour)s") % {"hour": offer["cut_off"]})
    return "\n".join(rows)


def _promised(offer: Offer) -> Term | None:
    return make_term(offer["amount"], offer["term_unit"], None)
