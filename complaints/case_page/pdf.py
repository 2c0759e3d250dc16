"""Papers of a case: the sheet for passing it on, the letter with the answer, and the slip with the two codes that open
its page. Data in, bytes out.

Their wording is official and is not translated. Of a sealed case they are for its named handlers; a sheet never names
the reporter (Law on Denunciations 2018, article 56.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.utils import translation

from accounts.citizens.secret import printed
from complaints.clock.states import Outcome
from complaints.models import OUTCOME_LABELS, Case, Reporter
from complaints.models.labels import Channel
from complaints.models.people import Person
from dossiers.slips.heading import Issue, heading_data
from dossiers.slips.pdf import LANGUAGE, Data, Form, compiled
from units.models import Unit
from units.texts import wording
from units.texts.characters import printable

ROOM: Final = Path(__file__).parents[1] / "data" / "papers"
SHEET, LETTER, CODES = "phieu-chuyen", "tra-loi", "phieu-tra-cuu"
PAGES: Final = {SHEET: ROOM / "sheet.typ", LETTER: ROOM / "letter.typ"}
TITLES: Final = {SHEET: "PHIẾU CHUYỂN ĐƠN", LETTER: "TRẢ LỜI ĐƠN, PHẢN ÁNH"}


@dataclass(frozen=True, slots=True)
class CasePaper:
    """`unit`: whose operation it was, and `at`: when, aware; the case may have been transferred since. `words`: what
    the operation recorded (reason, decision, answer); `to`: whom a sheet goes to; `decided`: words of the decision
    before the answer."""

    case: Case
    unit: Unit
    person: Person | Reporter | None
    words: str
    at: datetime
    officer: str
    to: str = ""
    decided: str = ""


@translation.override(LANGUAGE)
def paper_pdf(kind: str, paper: CasePaper) -> bytes:
    """One paper as PDF/A. ValueError for a kind that does not exist."""
    if kind not in PAGES:
        raise ValueError(f"no paper {kind}")
    case, person = paper.case, paper.person
    named = person is not None and not (case.is_sealed and kind == SHEET)
    data: Data = {
        **heading_data(Form.RECEIPT, paper.unit, Issue(at=paper.at, officer=paper.officer)),
        "title": TITLES[kind],
        "code": case.code,
        "kind": str(case.get_kind_display()),
        "channel": "Cổng một cửa" if case.channel == Channel.WEB.value else str(Channel(case.channel).label),
        "received": wording.weekday_datetime(case.received_at, LANGUAGE),
        "due": wording.weekday_datetime(case.next_due_at, LANGUAGE) if case.next_due_at else "",
        "name": person.name if named and person else "",
        "address": person.address if named and person else "",
        "people": str(case.people) if case.people > 1 else "",
        "outcome": str(OUTCOME_LABELS[Outcome(case.outcome)]) if case.outcome else "",
        "to": paper.to,
        "words": paper.words,
        "decided": paper.decided,
        "sealed": case.is_sealed,
    }
    return compiled(PAGES[kind], printable(data))


@translation.override(LANGUAGE)
def codes_pdf(case: Case, *, secret: str, address: str, at: datetime) -> bytes:
    """The slip that the reporter gets in person, as PDF/A. Others may find it, so it says neither who they are nor
    what it is about. `secret`: a new one; the slip says that an earlier one has ended. `address`: of the page that the
    two codes open; `at`: when it was handed over, aware."""
    data: Data = {
        **heading_data(Form.RECEIPT, case.receiving_unit, Issue(at=at)),
        "title": "PHIẾU TRA CỨU",
        "code": case.code,
        "secret": printed(secret),
        "received": wording.weekday_datetime(case.received_at, LANGUAGE),
        "address": address,
    }
    return compiled(ROOM / "codes.typ", printable(data))
