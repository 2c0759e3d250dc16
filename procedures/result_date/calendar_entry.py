"""The day of a result as a calendar entry (iCalendar, RFC 5545). Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from icalendar import Calendar, Event, vUri

MEDIA_TYPE = "text/calendar; charset=utf-8"


def whole_day(day: date, *, uid: str, stamp: datetime, summary: str, description: str, url: str) -> Event:
    """A whole day of Hanoi, marked as free. `stamp`: when the content was last computed; `url` absolute."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", summary)
    event.add("description", description)
    event.add("url", vUri(url))
    return event


def calendar_file(event: Event) -> bytes:
    """The same event gives the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Mot cua//Hen tra//{(get_language() or 'vi')[:2].upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
