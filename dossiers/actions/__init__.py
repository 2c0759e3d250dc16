"""The verbs of dossiers, by act."""

from dossiers.actions.life import Receiver, finish_dossier, return_result, start_work
from dossiers.actions.lookups import forget_lookups, may_look_up
from dossiers.actions.record import check_may_move, note_readings, replayed
from dossiers.actions.register import Applicant, DueSet, Paper, Terms, refuse_at_desk, register_dossier

__all__ = [
    "Applicant",
    "DueSet",
    "Paper",
    "Receiver",
    "Terms",
    "check_may_move",
    "finish_dossier",
    "forget_lookups",
    "may_look_up",
    "note_readings",
    "refuse_at_desk",
    "register_dossier",
    "replayed",
    "return_result",
    "start_work",
]
