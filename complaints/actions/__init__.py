"""The verbs of the inbox."""

from complaints.actions.adding import add_words
from complaints.actions.boxes import open_box
from complaints.actions.calling import Promise, Ring, call_back, keep_call, promised, remind_of_calls, write_down_call
from complaints.actions.checking import accept_case, ask_supplement, note_supplement, refuse_case, transfer_case
from complaints.actions.continuing_counter import arrange_reception
from complaints.actions.drafting import (
    Delegate,
    draft_answer,
    name_representatives,
    return_draft,
    waiting_draft,
)
from complaints.actions.linking import confirm_complaint, link_cases, link_dossier, split_case, unlink_cases
from complaints.actions.loading import load_rules
from complaints.actions.mail_aside import Filing, add_mail, dismiss_mail, file_mail, open_mail
from complaints.actions.mail_attempts import retry_mail, take_counted
from complaints.actions.mailing import forget_mail, note_too_large, take_mail
from complaints.actions.opening import Secrets, hand_over_secret, open_boxes, open_scan, reseal_boxes
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
from complaints.actions.receptions import (
    Entry,
    book_reception,
    call_off_reception,
    cancel_booking,
    denounce_in_person,
    enter_reception,
    follow_reception,
    note_register_readings,
    plan_reception,
)
from complaints.actions.record import due_if_accepted, note_case_readings, replayed
from complaints.actions.sending import count_sending
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
from complaints.actions.speaking import add_files, speak
from complaints.actions.words import note_words

__all__ = [
    "Delegate",
    "Entry",
    "Filing",
    "Handed",
    "OtherContent",
    "Person",
    "Promise",
    "Ring",
    "Secrets",
    "Sorting",
    "Voice",
    "accept_case",
    "add_files",
    "add_mail",
    "add_words",
    "answer_case",
    "arrange_reception",
    "ask_supplement",
    "assign_case",
    "book_reception",
    "call_back",
    "call_off_reception",
    "cancel_booking",
    "case_of_partner",
    "close_case",
    "confirm_complaint",
    "count_sending",
    "denounce_in_person",
    "dismiss_mail",
    "draft_answer",
    "due_if_accepted",
    "end_api_key",
    "end_handler",
    "enter_reception",
    "extend_case",
    "file_mail",
    "follow_reception",
    "forget_mail",
    "grade_case",
    "hand_on",
    "hand_over_secret",
    "keep_call",
    "link_cases",
    "link_dossier",
    "load_rules",
    "make_api_key",
    "may_be_published",
    "may_be_rated",
    "name_handler",
    "name_representatives",
    "note_case_readings",
    "note_register_readings",
    "note_supplement",
    "note_too_large",
    "note_words",
    "open_box",
    "open_boxes",
    "open_mail",
    "open_scan",
    "pass_on",
    "plan_reception",
    "promised",
    "publish_case",
    "rate_case",
    "receive_case",
    "refuse_case",
    "remind_of_calls",
    "reopen_case",
    "reopens_until",
    "replayed",
    "reseal_boxes",
    "resume_case",
    "retry_mail",
    "return_draft",
    "send_back",
    "settle_case",
    "sort_case",
    "speak",
    "split_case",
    "start_settling",
    "suspend_case",
    "take_counted",
    "take_mail",
    "take_over",
    "told_rules",
    "transfer_case",
    "unlink_cases",
    "unpublish_case",
    "waiting_draft",
    "withdraw_case",
    "write_down_call",
]
