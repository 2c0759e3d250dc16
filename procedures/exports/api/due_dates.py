"""The due date of anything, and every day that counted towards it or did not."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from procedures.exports.api.examples import DUE_DATE
from procedures.exports.api.paging import answers, checked, read_only
from procedures.exports.serializers.due_date import DueDateAnswer, DueDateQuery
from procedures.versions.promises import Promise, promise, promise_for_term
from units.calendar.lookup import working_calendar
from units.clock.working_calendar import OFFICE_TIME
from units.texts.explanation import reason_of, rule_in_words, source_of, warnings


@extend_schema(
    operation_id="due_date", parameters=[DueDateQuery], responses=answers(DueDateAnswer, 400), examples=[DUE_DATE]
)
@read_only
def due_date(request: Request) -> Response:
    """When a dossier received at that moment is due, and every day that counted or did not."""
    asked = checked(DueDateQuery(data=request.query_params))
    received_at: datetime = asked["received_at"]
    offering, version = asked.get("offering"), asked.get("version")
    calendar = working_calendar(offering.unit if offering else None)
    if version:
        return Response(_answer(promise(version, offering, received_at, calendar), version.term_words))
    return Response(_answer(promise_for_term(asked["free_term"], received_at, calendar)))


def _answer(made: Promise, term_words: str = "") -> dict[str, Any]:
    due, statutory = made.due, made.statutory
    return {
        "received_at": _iso(made.received_at),
        "due_at": _iso(due.due_at) if due else None,
        "statutory_due_at": _iso(statutory.due_at) if statutory else None,
        "counted": [day.isoformat() for day in due.counted] if due else [],
        "skipped": [
            {"date": off.day.isoformat(), "reason": reason_of(off), "source": source_of(off)} for off in due.skipped
        ]
        if due
        else [],
        "rule": due.rule.value if due else None,
        "explanation": rule_in_words(due) if due else "",
        "warnings": warnings(due) if due else [],
        "note": "" if due else term_words,
    }


def _iso(moment: datetime) -> str:
    """With the offset of Hanoi, +07:00."""
    return moment.astimezone(OFFICE_TIME).isoformat()
