"""Why an upload is refused, as a code and its figures; `files/wording.py` makes the sentence. Pure: no Django."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    PROGRAM = "program"
    ARCHIVE = "archive"
    WEB_PAGE = "web_page"
    HEIC = "heic"
    UNKNOWN = "unknown"
    WRONG_NAME = "wrong_name"
    HIDDEN_PDF = "hidden_pdf"
    HIDDEN_ARCHIVE = "hidden_archive"
    HIDDEN_SCRIPT = "hidden_script"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_AT_ONCE = "too_many_at_once"
    TOO_MANY_PIXELS_AT_ONCE = "too_many_pixels_at_once"
    TOO_MANY_PAGES = "too_many_pages"
    ENCRYPTED = "encrypted"
    NO_PAGES = "no_pages"
    LIVE_FORM = "live_form"
    SIGNED_AND_ACTIVE = "signed_and_active"
    TOO_HARD = "too_hard"
    ACTIVE_WORD = "active_word"
    NOT_A_FORM = "not_a_form"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


class Unfit(Exception):
    """An upload that is refused. `facts` are what its sentence counts or quotes."""

    def __init__(self, fault: Fault, **facts: str | int) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.facts = facts
