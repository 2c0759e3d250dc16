"""The verbs of dossiers, by act."""

from dossiers.actions.apologies import Excuse, draft_apology, sign_apology
from dossiers.actions.correcting import applicant_of, correct_particulars, correct_procedure, correct_proxy
from dossiers.actions.following import confirm_by_digits, confirm_by_link, follow, forget_followers, stop_following
from dossiers.actions.instant import extend_bulk_copies, give_instant_result, serve_at_once
from dossiers.actions.intake import (
    Fee,
    HandedIn,
    accept_completed,
    refuse,
    refuse_at_desk,
    submit_dossier,
    submit_incomplete,
)
from dossiers.actions.life import Receiver, Result, finish_dossier, return_result, start_work
from dossiers.actions.lookups import count_code_asked, has_proved
from dossiers.actions.proxies import Proxy, proxy_of
from dossiers.actions.rating import check_may_be_rated, rate_dossier
from dossiers.actions.record import check_may_move, note_readings, replayed
from dossiers.actions.register import Applicant, DueSet, Paper, Terms, register_dossier
from dossiers.actions.scans import add_scans, withdraw_scan, write_note
from dossiers.actions.several import MOST_AT_ONCE, register_several
from dossiers.actions.supplement import (
    Defects,
    Override,
    abandon_unanswered,
    approvers_for,
    ask_supplement,
    complete_supplement,
    unanswered,
    why_beyond_the_rule,
)
from dossiers.actions.waiting import (
    Order,
    ask_payment,
    ask_withdrawal,
    close_stopped,
    close_withdrawal,
    record_payment,
    resume,
    stop_by_order,
)

__all__ = [
    "MOST_AT_ONCE",
    "Applicant",
    "Defects",
    "DueSet",
    "Excuse",
    "Fee",
    "HandedIn",
    "Order",
    "Override",
    "Paper",
    "Proxy",
    "Receiver",
    "Result",
    "Terms",
    "abandon_unanswered",
    "accept_completed",
    "add_scans",
    "applicant_of",
    "approvers_for",
    "ask_payment",
    "ask_supplement",
    "ask_withdrawal",
    "check_may_be_rated",
    "check_may_move",
    "close_stopped",
    "close_withdrawal",
    "complete_supplement",
    "confirm_by_digits",
    "confirm_by_link",
    "correct_particulars",
    "correct_procedure",
    "correct_proxy",
    "count_code_asked",
    "draft_apology",
    "extend_bulk_copies",
    "finish_dossier",
    "follow",
    "forget_followers",
    "give_instant_result",
    "has_proved",
    "note_readings",
    "proxy_of",
    "rate_dossier",
    "record_payment",
    "refuse",
    "refuse_at_desk",
    "register_dossier",
    "register_several",
    "replayed",
    "resume",
    "return_result",
    "serve_at_once",
    "sign_apology",
    "start_work",
    "stop_by_order",
    "stop_following",
    "submit_dossier",
    "submit_incomplete",
    "unanswered",
    "why_beyond_the_rule",
    "withdraw_scan",
    "write_note",
]
