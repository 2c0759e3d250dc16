"""Slips that notify the applicant: supplement request, refusal, apology, stop.

Forms 02, 03 and 04 of Circular 01/2018/TT-VPCP and the stop notice. Every function returns all fields of the form as
text, ready to be stored as JSON. Arguments are aware times; slips show Hanoi time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import translation

from dossiers.models import Apology, Dossier, SupplementRequest
from dossiers.slips.heading import Issue, heading_data, moment, party_data
from dossiers.slips.pdf import LANGUAGE, Data, Form

Places = Sequence[str]

COPIES_TO: Final[Places] = ("Như trên", "Lưu hồ sơ")
BEFORE_ACCEPTANCE: Final = "Thời hạn giải quyết chỉ bắt đầu tính khi hồ sơ đầy đủ và được tiếp nhận."
AFTER_ACCEPTANCE: Final = "Khi nhận đủ giấy tờ, thời hạn giải quyết được tính lại từ đầu."


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: an officer and a telephone number."""

    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal in words, its legal ground, and which papers are handed back."""

    reason: str
    ground: str
    papers_back: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs for the office, and as what."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Who asked or decided, by which document, at which stage, and what happens to money and papers.

    `final`: the dossier is closed; else the work is paused until it is resumed.
    """

    asked_by: str
    reason: str
    since: datetime
    stage: str
    money: str
    decision: str = ""
    papers_back: str = ""
    final: bool = False


@translation.override(LANGUAGE)
def supplement_data(
    dossier: Dossier, request: SupplementRequest, contact: Contact, issue: Issue, look_up_address: str
) -> Data:
    """Form 02: one request with all defects, before acceptance or after."""
    intake = request.stage == SupplementRequest.Stage.INTAKE
    return {
        **_addressed(Form.SUPPLEMENT, dossier, issue, contact, look_up_address),
        "received": moment(dossier.received_at),
        "papers": [_asked(paper) for paper in request.papers],
        "reasons": [str(SupplementRequest.Defect(code).label) for code in request.reasons],
        "note": request.text,
        "ground": request.ground,
        "deadline": moment(request.answer_by),
        "effect": BEFORE_ACCEPTANCE if intake else AFTER_ACCEPTANCE,
    }


def refusal_data(dossier: Dossier, refused: Refused, contact: Contact, issue: Issue, look_up_address: str) -> Data:
    """Form 03: a refusal with its reason and legal ground, for two signatures."""
    return {
        **_addressed(Form.REFUSAL, dossier, issue, contact, look_up_address),
        "submitted": moment(dossier.submitted_at),
        "reason": refused.reason,
        "ground": refused.ground,
        "papers_back": refused.papers_back,
    }


@translation.override(LANGUAGE)
def apology_data(
    dossier: Dossier,
    apology: Apology,
    signer: Signer,
    issue: Issue,
    look_up_address: str,
    *,
    copies_to: Places = COPIES_TO,
) -> Data:
    """Form 04: apology and re-appointment. A draft may lack its reason and its new date."""
    return {
        **heading_data(Form.APOLOGY, dossier.desk, issue),
        **party_data(dossier),
        **_signed(signer, copies_to),
        "look_up_address": look_up_address,
        "to": dossier.applicant_name,
        "received": moment(dossier.received_at),
        "old_due": moment(apology.old_due_at),
        "responsible": apology.unit.name,
        "cause": str(apology.get_cause_display()),
        "reason": apology.reason,
        "new_due": moment(apology.new_due_at),
        "place": dossier.desk.name,
    }


def stop_data(
    dossier: Dossier,
    stopped: Stopped,
    contact: Contact,
    signer: Signer,
    issue: Issue,
    look_up_address: str,
    *,
    copies_to: Places = COPIES_TO,
) -> Data:
    """The notice that the work on a dossier stops, for good or until it is resumed."""
    return {
        **_addressed(Form.STOP, dossier, issue, contact, look_up_address),
        **_signed(signer, copies_to),
        "to": dossier.applicant_name,
        "received": moment(dossier.received_at),
        "due": moment(dossier.due_at),
        "asked_by": stopped.asked_by,
        "decision": stopped.decision,
        "stage": stopped.stage,
        "reason": stopped.reason,
        "since": moment(stopped.since),
        "effect": "dừng giải quyết" if stopped.final else "tạm dừng giải quyết",
        "money": stopped.money,
        "papers_back": stopped.papers_back,
    }


def _addressed(form: Form, dossier: Dossier, issue: Issue, contact: Contact, look_up_address: str) -> Data:
    return {
        **heading_data(form, dossier.desk, issue),
        **party_data(dossier),
        "contact": contact.name,
        "contact_phone": contact.phone or dossier.desk.telephone,
        "look_up_address": look_up_address,
    }


def _signed(signer: Signer, copies_to: Places) -> Data:
    return {"signer": signer.name, "signer_title": signer.title, "copies_to": _punctuated(copies_to)}


def _asked(paper: Mapping[str, str]) -> dict[str, str]:
    """A paper with a cross in the column of what must be brought."""
    columns = {column: "X" if paper.get("missing") == column else "" for column in ("original", "certified", "copy")}
    return {"name": paper["name"], "defect": paper.get("note", "")} | columns


def _punctuated(places: Places) -> list[str]:
    """A list of recipients as official papers write it: semicolons between, a full stop at the end."""
    return [f"{place}{'.' if n == len(places) else ';'}" for n, place in enumerate(places, 1)]
