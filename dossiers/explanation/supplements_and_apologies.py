"""Supplement requests, apologies, consultations, verifications, results and payments of one dossier, in one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.clock.states import OPEN, RUNNING, Status
from dossiers.explanation.payments import Payment
from dossiers.explanation.wording import WITHOUT_RESULT
from dossiers.models import (
    READING_ROLES,
    Apology,
    Consultation,
    Dossier,
    DossierQuerySet,
    ResultRecord,
    ReturnRecord,
    SupplementRequest,
    Visit,
)
from units.texts.wording import money, weekday_datetime

COLUMNS: dict[type[Model], dict[str, str]] = {
    SupplementRequest: {name: name for name in ("asked_at", "text", "answer_by", "completed_at", "abandoned_at")}
    | {"ground": "ground", "approver": "approver__full_name"},
    Apology: {name: name for name in ("drafted_at", "signed_at", "new_due_at", "reason", "is_late")}
    | {"unit": "unit__name"},
    Consultation: {name: name for name in ("asked_at", "answer_by", "answered_at", "question", "answer")}
    | {"office": "office__name"},
    Visit: {name: name for name in ("on", "recorded_at", "place", "people", "findings")},
    ResultRecord: {"number": "number", "dated": "dated", "kind": "kind"},
    ReturnRecord: {
        name: name for name in ("at", "receiver_name", "method", "proxy_paper", "post_number", "originals")
    },
}


@dataclass(frozen=True, slots=True)
class ProceedingEntry:
    """One entry: title, time, text, further lines `more`, due time `by` (None: none), and whether it is unsettled."""

    title: str
    at: datetime | None
    text: str
    more: tuple[str, ...] = ()
    by: datetime | None = None
    is_open: bool = False


def with_supplements_and_apologies(rows: DossierQuerySet) -> DossierQuerySet:
    """Annotates the rows that `supplements_and_apologies_of` lists."""
    subqueries = {
        _alias(model): ArraySubquery(
            model._default_manager.filter(dossier=OuterRef("pk")).values(row=JSONObject(**columns))
        )
        for model, columns in COLUMNS.items()
    }
    return rows.annotate(**subqueries)


def _alias(model: type[Model]) -> str:
    return f"related_{model.__name__.lower()}"


def supplements_and_apologies_of(dossier: Dossier, payments: Iterable[Payment] = ()) -> list[ProceedingEntry]:
    """Returns the entries in order of time, with `payments`; `dossier` needs `with_supplements_and_apologies`."""
    related = ((model, vars(dossier)[_alias(model)]) for model in COLUMNS)
    entries = [entry for model, rows in related for row in rows for entry in _entry(model, row, dossier)]
    entries += [_payment(payment, dossier.state) for payment in payments]
    return sorted(entries, key=lambda entry: entry.at.timestamp() if entry.at else float("inf"))


def may_have_questions(dossier: Dossier) -> bool:
    """Whether an office may still owe an answer; no query. True unless the consultations are annotated."""
    asked = vars(dossier).get(_alias(Consultation))
    return asked is None or any(not row["answered_at"] for row in asked)


def questions_to(user: User, dossier: Dossier) -> list[ProceedingEntry]:
    """The questions to this person's offices with their answers: all that a consulted office sees."""
    asked = dossier.consultations.filter(office__in=user.units_as(*READING_ROLES))
    rows = asked.values_list(JSONObject(**COLUMNS[Consultation]), flat=True)
    return [entry for row in rows for entry in _entry(Consultation, row, dossier)]


def _entry(model: type[Model], row: dict[str, Any], dossier: Dossier) -> Iterator[ProceedingEntry]:
    """The entry of one row. An apology is unsettled only while the clock runs, a question only until the end."""
    runs = dossier.state in RUNNING
    if model is SupplementRequest:
        ended = row["completed_at"] or row["abandoned_at"]
        more = [_("Căn cứ: %(ground)s. Người duyệt: %(approver)s.") % row] if row["ground"] else []
        more += [_("Đã bổ sung đủ.")] if row["completed_at"] else [_("Đã khép lại.")] if row["abandoned_at"] else []
        yield ProceedingEntry(
            _("Yêu cầu bổ sung"), _at(row["asked_at"]), row["text"], tuple(more), _at(row["answer_by"]), not ended
        )
    elif model is Apology and not row["signed_at"]:
        title = _("Thư xin lỗi chờ ký") if runs else _("Thư xin lỗi đã soạn, chưa ký")
        yield ProceedingEntry(title, _at(row["drafted_at"]), row["reason"], (row["unit"],), is_open=runs)
    elif model is Apology:
        late = (_("Xin lỗi muộn."),) if row["is_late"] else ()
        yield ProceedingEntry(
            _("Xin lỗi và hẹn lại"), _at(row["signed_at"]), row["reason"], late, _at(row["new_due_at"])
        )
    elif model is Consultation:
        yield _question(row, is_awaited=not row["answered_at"] and dossier.state in OPEN)
    elif model is Visit:
        yield ProceedingEntry(
            _("Xác minh tại %(place)s") % row, _at(row["recorded_at"]), row["findings"], (row["people"],)
        )
    elif model is ResultRecord:
        kind = str(ResultRecord.Kind(row["kind"]).label)
        yield ProceedingEntry(_("Kết quả"), None, " · ".join(filter(None, [row["number"], kind])))
    else:
        method = str(ReturnRecord.Method(row["method"]).label)
        more = [row["proxy_paper"], row["post_number"], row["originals"]]
        title = _("Trả lại giấy tờ") if dossier.outcome in WITHOUT_RESULT else _("Trả kết quả")
        yield ProceedingEntry(title, _at(row["at"]), f"{row['receiver_name']} · {method}", tuple(more))


def _question(row: dict[str, Any], *, is_awaited: bool) -> ProceedingEntry:
    answer = _("Trả lời: %(answer)s") % row if row["answer"] else ""
    unneeded = "" if row["answered_at"] or is_awaited else _("Không còn cần trả lời.")
    by = None if unneeded else _at(row["answer_by"])
    title = _("Lấy ý kiến %(office)s") % row
    return ProceedingEntry(title, _at(row["asked_at"]), row["question"], (answer, unneeded), by, is_awaited)


def _payment(payment: Payment, state: Status) -> ProceedingEntry:
    language = get_language() or "vi"
    text = f"{money(payment.amount_vnd, language)} · {payment.purpose}"
    if payment.paid_at is None:
        is_awaited = state is Status.AWAITING_PAYMENT
        return ProceedingEntry(_("Nghĩa vụ tài chính"), payment.asked_at, text, (_("Chưa nộp."),), is_open=is_awaited)
    paid = {"at": weekday_datetime(payment.paid_at, language), "receipt": payment.receipt}
    return ProceedingEntry(
        _("Nghĩa vụ tài chính"), payment.asked_at, text, (_("Đã nộp %(at)s, biên lai %(receipt)s.") % paid,)
    )


def _at(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None
