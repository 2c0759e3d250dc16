"""The verbs of the inbox."""

from complaints.actions.checking import accept_case, ask_supplement, note_supplement, refuse_case, transfer_case
from complaints.actions.linking import confirm_complaint, link_cases, link_dossier, split_case, unlink_cases
from complaints.actions.loading import load_rules
from complaints.actions.opening import Secrets, open_boxes, open_scan, reseal_boxes
from complaints.actions.placing import (
    assign_case,
    end_handler,
    name_handler,
    pass_on,
    send_back,
    take_over,
)
from complaints.actions.receiving import Person, Voice, receive_case
from complaints.actions.record import note_case_readings, replayed
from complaints.actions.settling import (
    answer_case,
    close_case,
    extend_case,
    grade_case,
    reopen_case,
    resume_case,
    settle_case,
    start_settling,
    suspend_case,
    withdraw_case,
)
from complaints.actions.sorting import Sorting, sort_case
from complaints.actions.words import note_words

__all__ = [
    "Person",
    "Secrets",
    "Sorting",
    "Voice",
    "accept_case",
    "answer_case",
    "ask_supplement",
    "assign_case",
    "close_case",
    "confirm_complaint",
    "end_handler",
    "extend_case",
    "grade_case",
    "link_cases",
    "link_dossier",
    "load_rules",
    "name_handler",
    "note_case_readings",
    "note_supplement",
    "note_words",
    "open_boxes",
    "open_scan",
    "pass_on",
    "receive_case",
    "refuse_case",
    "reopen_case",
    "replayed",
    "reseal_boxes",
    "resume_case",
    "send_back",
    "settle_case",
    "sort_case",
    "split_case",
    "start_settling",
    "suspend_case",
    "take_over",
    "transfer_case",
    "unlink_cases",
    "withdraw_case",
]
