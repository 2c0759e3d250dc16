"""Parses what programs send: a report, or a query of the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.staff.fields import PHONE
from complaints.clock.states import Kind
from complaints.intake.open311.reports import CLOSED, MOST_ROWS, OPENED, PAGE_ROWS, ReportQuery
from complaints.intake.open311.wire import Refused
from complaints.models import Category, Partner
from complaints.models.labels import Channel
from complaints.models.people import Person
from complaints.registration.actions import NewCase
from complaints.sealed.denunciation_detection import reads_like_denunciation
from complaints.sealed.fingerprints import fingerprint
from complaints.texts.sanitising import sanitised, sanitised_line
from units.clock.days import local_day
from units.models import Unit

SPAN: Final = timedelta(days=90)
CONSENT: Final = "attribute[consent]"
_MOST_CODES: Final = 100


class ReportForm(forms.Form):
    """The fields of the specification that say something here. Of the others `address_id`, `device_id` and
    `account_id` are accepted and not stored."""

    lat = forms.DecimalField(required=False, min_value=-90, max_value=90)
    long = forms.DecimalField(required=False, min_value=-180, max_value=180)
    address_string = forms.CharField(required=False, max_length=300)
    first_name = forms.CharField(required=False, max_length=100)
    last_name = forms.CharField(required=False, max_length=100)
    email = forms.EmailField(required=False)
    phone = forms.CharField(required=False, max_length=20, validators=[PHONE])
    description = forms.CharField(required=False, max_length=4000)
    media_url = forms.URLField(required=False, max_length=500, assume_scheme="https")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        has_point = cleaned.get("lat") is not None and cleaned.get("long") is not None
        if not self.errors and not has_point and not cleaned.get("address_string", "").strip():
            raise forms.ValidationError(_("Cần có lat và long, hoặc address_string."))
        return cleaned

    def sentences(self) -> list[str]:
        return [
            f"{name}: {text}" if name != NON_FIELD_ERRORS else str(text)
            for name, texts in self.errors.items()
            for text in texts
        ]

    def new_case(self, category: Category, partner: Partner, unit: Unit, at: datetime) -> NewCase:
        """The same fields from the same program on one day are the same report: programs send again what they had no
        answer to."""
        cleaned = self.cleaned_data
        content, place = self._content(category), sanitised_line(cleaned["address_string"])
        consents = self.data.get(CONSENT) == "yes"
        sent = [partner.pk, local_day(at), category.code, *sorted(self.data.items())]
        has_point = cleaned["lat"] is not None and cleaned["long"] is not None
        return NewCase(
            request_key=UUID(fingerprint("open311", repr(sent))[:32]),
            kind=Kind.DENUNCIATION if reads_like_denunciation(content, place) else Kind.FIELD_REPORT,
            channel=Channel.OPEN311,
            unit=unit,
            content=content,
            person=Person(
                name=sanitised_line(f"{cleaned['last_name']} {cleaned['first_name']}"),
                phone=cleaned["phone"],
                email=cleaned["email"],
            ),
            category=category,
            place=place,
            latitude=round(cleaned["lat"], 5) if has_point else None,
            longitude=round(cleaned["long"], 5) if has_point else None,
            consents=consents,
        )

    def _content(self, category: Category) -> str:
        text = sanitised(self.cleaned_data["description"]).strip() or _("Phản ánh qua Open311: %(service)s.") % {
            "service": category.name
        }
        shown = self.cleaned_data["media_url"]
        return text + "\n\n" + _("Ảnh do người gửi dẫn: %(address)s") % {"address": shown} if shown else text


def parse_query(asked: QueryDict, at: datetime) -> ReportQuery:
    """The query of the list; by default the last 90 days. Raises Refused."""
    codes = _list(asked, "service_request_id")
    if codes:
        return ReportQuery(codes=tuple(codes), rows=_MOST_CODES)
    statuses = _list(asked, "status")
    if set(statuses) - {OPENED, CLOSED}:
        raise Refused(400, _("status: chỉ là open hoặc closed."))
    start, end = _moment(asked, "start_date"), _moment(asked, "end_date")
    end = end or (min(start + SPAN, at) if start else at)
    start = start or end - SPAN
    if start > end:
        raise Refused(400, _("end_date phải sau start_date."))
    if end - start > SPAN:
        raise Refused(400, _("Mỗi lần hỏi nhiều nhất 90 ngày."))
    return ReportQuery(
        services=tuple(_list(asked, "service_code")),
        statuses=tuple(statuses),
        start=start,
        end=end,
        page=_number(asked, "page", 1, 10_000),
        rows=_number(asked, "page_size", PAGE_ROWS, MOST_ROWS),
    )


def _list(asked: QueryDict, name: str) -> Sequence[str]:
    found = [one.strip() for one in asked.get(name, "").split(",") if one.strip()]
    if len(found) > _MOST_CODES:
        raise Refused(400, _("%(name)s: nhiều nhất %(most)d giá trị.") % {"name": name, "most": _MOST_CODES})
    return found


def _moment(asked: QueryDict, name: str) -> datetime | None:
    """A W3C date with its offset. A plus sign that was not written as %2B arrives as a blank."""
    typed = asked.get(name, "").strip()
    if not typed:
        return None
    try:
        moment = parse_datetime(typed.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refused(400, _("%(name)s: ngày giờ kèm múi giờ, như 2026-07-01T08:00:00+07:00.") % {"name": name})
    return moment


def _number(asked: QueryDict, name: str, default: int, most: int) -> int:
    typed = asked.get(name, str(default))
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 7 and 1 <= int(typed) <= most):
        raise Refused(400, _("%(name)s: số từ 1 đến %(most)d.") % {"name": name, "most": most})
    return int(typed)
