"""The verbs of the inbox."""

from complaints.actions.adding import add_words
from complaints.actions.checking import accept_case, ask_supplement, note_supplement, refuse_case, transfer_case
from complaints.actions.linking import confirm_complaint, link_cases, link_dossier, split_case, unlink_cases
from complaints.actions.loading import load_rules
from complaints.actions.mail_aside import Filing, add_mail, dismiss_mail, file_mail, open_mail
from complaints.actions.mailing import forget_mail, note_too_large, take_mail
from complaints.actions.opening import Secrets, open_boxes, open_scan, reseal_boxes
from complaints.actions.partners import Handed, OtherContent, case_of_partner, end_api_key, hand_on, make_api_key
from complaints.actions.placing import (
    assign_case,
    end_handler,
    name_handler,
    pass_on,
    send_back,
    take_over,
)
from complaints.actions.publishing import may_be_published, publish_case, unpublish_case
from complaints.actions.rating import may_be_rated, rate_case
from complaints.actions.receiving import Person, Voice, receive_case
from complaints.actions.record import note_case_readings, replayed
from complaints.actions.settling import (
    answer_case,
    close_case,
    extend_case,
    grade_case,
    reopen_case,
    reopens_until,
    resume_case,
    settle_case,
    start_settling,
    suspend_case,
    told_rules,
    withdraw_case,
)
from complaints.actions.sorting import Sorting, sort_case
from complaints.actions.speaking import speak
from complaints.actions.words import note_words

__all__ = [
    "Filing",
    "Handed",
    "OtherContent",
    "Person",
    "Secrets",
    "Sorting",
    "Voice",
    "accept_case",
    "add_mail",
    "add_words",
    "answer_case",
    "ask_supplement",
    "assign_case",
    "case_of_partner",
    "close_case",
    "confirm_complaint",
    "dismiss_mail",
    "end_api_key",
    "end_handler",
    "extend_case",
    "file_mail",
    "forget_mail",
    "grade_case",
    "hand_on",
    "link_cases",
    "link_dossier",
    "load_rules",
    "make_api_key",
    "may_be_published",
    "may_be_rated",
    "name_handler",
    "note_case_readings",
    "note_supplement",
    "note_too_large",
    "note_words",
    "open_boxes",
    "open_mail",
    "open_scan",
    "pass_on",
    "publish_case",
    "rate_case",
    "receive_case",
    "refuse_case",
    "reopen_case",
    "reopens_until",
    "replayed",
    "reseal_boxes",
    "resume_case",
    "send_back",
    "settle_case",
    "sort_case",
    "speak",
    "split_case",
    "start_settling",
    "suspend_case",
    "take_mail",
    "take_over",
    "told_rules",
    "transfer_case",
    "unlink_cases",
    "unpublish_case",
    "withdraw_case",
]
