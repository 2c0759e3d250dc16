"""By which way a person gets a notice: by the e-mail address given, else by SMS where that is worth one."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.conf import settings

from notices.models import Notice
from notices.sending.channels import email, sms, sms_files
from notices.sending.channels.contract import Channel, Refused
from notices.sending.telephone import normal_number

Kind = Notice.Kind

BY_SMS: Final = frozenset(
    {
        *(Kind.REFUSED, Kind.SUPPLEMENT, Kind.SUPPLEMENT_DUE, Kind.ABANDONED, Kind.PAYMENT, Kind.STOPPED),
        *(Kind.RESUMED, Kind.EXTENDED, Kind.REAPPOINTED, Kind.CLOSED, Kind.DONE),
        *(Kind.RECALENDARED, Kind.CALENDAR_UNDONE, Kind.CASE_RECALENDARED, Kind.RECEPTION_MOVED),
    }
)
"""What an applicant without e-mail gets by SMS: whatever asks them to act or to come, and every new date. Not what
they were just handed on paper."""


class Reach(NamedTuple):
    """At most one of both is filled; with neither the notice stays as the proof that it was issued."""

    email: str
    phone: str


def applicant_reach(kind: str, *, email: str, telephone: str) -> Reach:
    """How an applicant who gave this address and this number, either maybe empty, hears of this."""
    if email or kind not in BY_SMS or not sends_sms():
        return Reach(email, "")
    return Reach("", normal_number(telephone) or "")


def sends_sms() -> bool:
    return bool(settings.SMS_GATEWAY_URL) or settings.SMS_TO_FILES


def channel_for(notice: Notice) -> Channel:
    """Raises Refused for an SMS where there is no gateway: the row then waits for a person, not for ever."""
    if notice.email:
        return email
    if settings.SMS_GATEWAY_URL:
        return sms
    if settings.SMS_TO_FILES:
        return sms_files
    raise Refused("NoGateway")
