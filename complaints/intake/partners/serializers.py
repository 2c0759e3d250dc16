"""Cases as partners send them, and the status of their own cases."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from complaints.clock.states import SEALED_KINDS, UNDECIDED, Kind, Status
from complaints.intake.partners.actions import PartnerReport
from complaints.models import Case, Category
from complaints.models.people import LONGEST_TEXT, Person, TextSort
from complaints.registration.choices import open_to_all
from complaints.texts.actions import checked_text
from complaints.texts.sanitising import sanitised, sanitised_line
from units.clock.working_calendar import OFFICE_TIME
from units.rules import RuleBroken

REFERENCE: Final = r"^[A-Za-z0-9._-]{1,64}$"
BETWEEN_TWO: Final = SEALED_KINDS | {Kind.GRIEVANCE}
"""Kinds between the office and the reporter alone: for a partner they stay `received`."""


class Progress(StrEnum):
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    NOT_ACCEPTED = "not_accepted"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


_ENDED: Final = {
    Status.ANSWERED: Progress.ANSWERED,
    Status.CLOSED: Progress.ANSWERED,
    Status.NOT_ACCEPTED: Progress.NOT_ACCEPTED,
    Status.TRANSFERRED: Progress.TRANSFERRED,
    Status.WITHDRAWN: Progress.WITHDRAWN,
}


class HandedReporter(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    phone = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    email = serializers.EmailField(required=False, default="", allow_blank=True)
    address = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    language = serializers.ChoiceField(choices=["vi", "en"], required=False, default="vi")


class HandedCase(serializers.Serializer[Any]):
    """A case as a partner sends it. Times are ISO 8601 with their zone."""

    reference = serializers.RegexField(REFERENCE, help_text="Your own number: sent again, it is the same case.")
    service = serializers.SlugField(help_text="Code of a category, as in the list of services of Open311.")
    subject = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    content = serializers.CharField(max_length=LONGEST_TEXT)
    reporter = HandedReporter(required=False, default=dict)
    place = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    latitude = serializers.FloatField(
        min_value=-90, max_value=90, required=False, default=None, allow_null=True, help_text="WGS 84."
    )
    longitude = serializers.FloatField(
        min_value=-180, max_value=180, required=False, default=None, allow_null=True, help_text="WGS 84."
    )
    may_be_published = serializers.BooleanField(required=False, default=False)
    received_at = serializers.DateTimeField(required=False, default=None, allow_null=True)

    def validate_service(self, code: str) -> Category:
        found = open_to_all().filter(code=code).first()
        if found is None:
            raise serializers.ValidationError(_("Không có lĩnh vực này."))
        return found

    def validate_content(self, content: str) -> str:
        try:
            return checked_text(sanitised(content), "content")
        except RuleBroken as broken:
            raise serializers.ValidationError(broken.message) from broken

    def validate_received_at(self, moment: datetime | None) -> datetime | None:
        if moment is not None and moment > timezone.now():
            raise serializers.ValidationError(_("Thời điểm này không thể ở tương lai."))
        return moment

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["latitude"] is None) != (attrs["longitude"] is None):
            raise serializers.ValidationError({"longitude": _("Vĩ độ và kinh độ phải đi cùng nhau.")})
        return attrs

    def report(self) -> PartnerReport:
        cleaned = self.validated_data
        person = {"name": "", "phone": "", "email": "", "address": "", "language": "vi"} | cleaned["reporter"]
        return PartnerReport(
            reference=cleaned["reference"],
            category=cleaned["service"],
            subject=sanitised_line(cleaned["subject"]),
            content=cleaned["content"],
            person=Person(**{name: sanitised_line(text) for name, text in person.items()}),
            place=sanitised_line(cleaned["place"]),
            latitude=_degrees(cleaned["latitude"]),
            longitude=_degrees(cleaned["longitude"]),
            consents=cleaned["may_be_published"],
            received_at=cleaned["received_at"],
        )


def _degrees(degrees: float | None) -> Decimal | None:
    """To about a metre: devices claim more precision than they have."""
    return None if degrees is None else round(Decimal(str(degrees)), 5)


class PartnersCase(serializers.Serializer[Any]):
    """The status of a case. Matters between office and reporter alone stay `received`, without dates or answer."""

    reference = serializers.CharField()
    code = serializers.CharField(help_text="The code the office calls it by; it opens nothing.")
    status = serializers.ChoiceField(choices=[one.value for one in Progress])
    received_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="Once it was taken on.")
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField(allow_null=True)


def partner_case_values(case: Case, reference: str) -> dict[str, Any]:
    """The values of `PartnersCase`; one query where there is an answer."""
    progress = progress_of(case)
    is_open, is_answered = progress is Progress.IN_PROGRESS, progress is Progress.ANSWERED
    return {
        "reference": reference,
        "code": case.code,
        "status": progress.value,
        "received_at": case.received_at.astimezone(OFFICE_TIME).isoformat(),
        "due_at": case.due_at.astimezone(OFFICE_TIME).isoformat() if is_open else None,
        "answered_at": case.answered_at.astimezone(OFFICE_TIME).isoformat()
        if is_answered and case.answered_at
        else None,
        "answer": _answer(case) if is_answered else None,
    }


def progress_of(case: Case) -> Progress:
    """Undecided cases look the same, whatever they will prove to be."""
    if case.kind in BETWEEN_TWO or case.state in UNDECIDED:
        return Progress.RECEIVED
    return _ENDED.get(case.state, Progress.IN_PROGRESS)


def _answer(case: Case) -> str | None:
    latest = case.texts.filter(sort=TextSort.ANSWER).order_by("-at", "-pk").first()
    return latest.text if latest else None
