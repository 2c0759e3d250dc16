"""The verbs of the catalogue."""

from procedures.actions.drafting import (
    DraftMoved,
    begin_draft,
    begin_offices,
    begin_procedure,
    begin_withdrawal,
    draft_faults,
    drop_draft,
    keep_content,
    keep_decision,
    publish_draft,
    recall_draft,
    send_back,
    submit_draft,
)
from procedures.actions.forms import forget_unused_forms, keep_form
from procedures.actions.loading import (
    Loaded,
    approve_process,
    continue_offerings,
    load_catalogue,
)
from procedures.actions.posted import AlreadyRecorded, Found, draw_check, record_check
from procedures.actions.publishing import Decision, call_off, put_in_force, take_back, withdraw
from procedures.actions.recording import name_actor
from procedures.actions.updating import (
    LONGEST_DECISION,
    Source,
    approve_update,
    bring_update,
    compared,
    drop_update,
    last_update,
    undo_last_update,
)
from procedures.checking import check_process

__all__ = [
    "LONGEST_DECISION",
    "AlreadyRecorded",
    "Decision",
    "DraftMoved",
    "Found",
    "Loaded",
    "Source",
    "approve_process",
    "approve_update",
    "begin_draft",
    "begin_offices",
    "begin_procedure",
    "begin_withdrawal",
    "bring_update",
    "call_off",
    "check_process",
    "compared",
    "continue_offerings",
    "draft_faults",
    "draw_check",
    "drop_draft",
    "drop_update",
    "forget_unused_forms",
    "keep_content",
    "keep_decision",
    "keep_form",
    "last_update",
    "load_catalogue",
    "name_actor",
    "publish_draft",
    "put_in_force",
    "recall_draft",
    "record_check",
    "send_back",
    "submit_draft",
    "take_back",
    "undo_last_update",
    "withdraw",
]
