"""Slips: builders that turn dossiers into data, and `paper`, which turns data into PDF."""

from dossiers.slips.codes import list_code, list_key
from dossiers.slips.heading import Issue, slip_number
from dossiers.slips.issued import issued_data, issued_pdf
from dossiers.slips.notices import (
    Contact,
    Refused,
    Signer,
    Stopped,
    apology_data,
    refusal_data,
    stop_data,
    supplement_data,
)
from dossiers.slips.paper import LANGUAGE, Data, Form, as_copy, as_draft, as_replaced, batch_pdf, slip_pdf
from dossiers.slips.receipt import receipt_data, receipt_pdf
from dossiers.slips.travelling import HandedOver, control_data, handover_data, leg_result

__all__ = [
    "LANGUAGE",
    "Contact",
    "Data",
    "Form",
    "HandedOver",
    "Issue",
    "Refused",
    "Signer",
    "Stopped",
    "apology_data",
    "as_copy",
    "as_draft",
    "as_replaced",
    "batch_pdf",
    "control_data",
    "handover_data",
    "issued_data",
    "issued_pdf",
    "leg_result",
    "list_code",
    "list_key",
    "receipt_data",
    "receipt_pdf",
    "refusal_data",
    "slip_number",
    "slip_pdf",
    "stop_data",
    "supplement_data",
]
