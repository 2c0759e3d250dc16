"""Form 01: receipt of the dossier and appointment for the result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils import translation

from accounts.citizens.secret import printed
from dossiers.explanation.due_date import pinned_terms, term_words
from dossiers.explanation.payments import payments_of
from dossiers.models import Dossier, DossierEvent, ProxyRecord, ReceivedDocument
from dossiers.slips.heading import Issue, heading_data, moment, party_data
from dossiers.slips.pdf import LANGUAGE, Data, Form
from units.texts import wording

FIRST_SECRET: Final = "Mã tra cứu (giữ kín, dùng để xem nhật ký xử lý)"  # noqa: S105


@translation.override(LANGUAGE)
def receipt_data(
    dossier: Dossier,
    events: Iterable[DossierEvent],
    documents: Iterable[ReceivedDocument],
    look_up_address: str,
    issue: Issue | None = None,
) -> Data:
    """Every field of the form as text, for an accepted dossier; without the secret, which `with_secret` adds.

    Without `issue` it is the first version, issued on receipt by the registering clerk. Later versions also
    list payments requested since.
    """
    assert dossier.received_at is not None
    assert dossier.due_at is not None
    events = list(events)
    since = events if issue else ()
    issue = issue or Issue(at=dossier.received_at, officer=str(dossier.registered_by or ""))
    return {
        **heading_data(Form.RECEIPT, dossier.desk, issue),
        **party_data(dossier),
        **_proxy(dossier),
        "documents": [_paper(document) for document in documents],
        "sets": str(dossier.sets),
        "term": _term(dossier, events),
        "received": moment(dossier.received_at),
        "due": moment(dossier.due_at),
        "delivery": _delivery(dossier),
        "fee": "; ".join([_fee(dossier), *_payments(since)]),
        "book": f"quyển số {dossier.book_year}, số thứ tự {dossier.book_number}" if dossier.book_number else "",
        "look_up_address": look_up_address,
    }


def with_secret(data: Data, secret: str, *, ends_earlier: bool) -> Data:
    """The data for one print, never stored. `ends_earlier`: a secret was printed before and opens nothing any more."""
    words = "Mã tra cứu MỚI, mã in trước đây hết hiệu lực (giữ kín)" if ends_earlier else FIRST_SECRET
    return data | {"secret": printed(secret), "secret_words": words}


def _proxy(dossier: Dossier) -> Data:
    """The proxy, for the text and for the signature; empty without a proxy."""
    proxy: ProxyRecord | None = getattr(dossier, "proxy_record", None)
    if proxy is None:
        return {}
    return {"proxy": proxy.name, "proxy_words": f"{proxy.name}, số giấy tờ {proxy.id_number}, {proxy.paper_words}"}


def _term(dossier: Dossier, events: Iterable[DossierEvent]) -> str:
    """The statutory term, with the shorter committed one, as of acceptance."""
    promised, statutory = pinned_terms(events)
    law, promise = term_words(statutory) or dossier.version.term_note, term_words(promised)
    return f"{law}, cơ quan cam kết {promise.lower()}" if promise and promise != law else law


def _delivery(dossier: Dossier) -> str:
    """How the result reaches the applicant, with the place or address."""
    where = {
        Dossier.Delivery.POST: dossier.applicant_address,
        Dossier.Delivery.ONLINE: dossier.applicant_email,
    }.get(Dossier.Delivery(dossier.delivery), dossier.desk.name)
    return " · ".join(filter(None, [dossier.get_delivery_display(), where]))


def _paper(document: ReceivedDocument) -> dict[str, str]:
    return {
        "name": document.name,
        "originals": str(document.originals or ""),
        "copies": str(document.copies or ""),
        "number": str(document.originals + document.copies or ""),
    }


def _fee(dossier: Dossier) -> str:
    if dossier.fee_status == Dossier.FeeStatus.WAIVED:
        return f"Miễn ({dossier.waiver_ground})"
    if not dossier.fee_vnd:
        return "Không thu"
    paid = "đã thu" if dossier.fee_status == Dossier.FeeStatus.COLLECTED else "thu khi trả kết quả"
    return f"{wording.money(dossier.fee_vnd, LANGUAGE)}, {paid}"


def _payments(events: Iterable[DossierEvent]) -> Iterable[str]:
    """Payments requested during processing, without the counter's fee."""
    for payment in payments_of(events):
        paid = "đã nộp" if payment.paid_at else "chưa nộp"
        yield f"nghĩa vụ tài chính {wording.money(payment.amount_vnd, LANGUAGE)}, {paid}"
