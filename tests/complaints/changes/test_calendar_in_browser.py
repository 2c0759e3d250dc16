"""The cases on the page of a change of the calendar, and what an office is told of its cases, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.reminders.actions import remind_of_cases
from dossiers.changes.calendar.actions import ChangedDay, draft_change
from tests.complaints.cases import received
from tests.complaints.changes.test_calendar import recalculate_all
from tests.factories import City, make_user
from units.calendar.lookup import working_calendar

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_an_official_sees_which_cases_move_and_what_is_late(
    city: City, open_page: Callable[..., Page], axe: Callable[[Page], None], width: str, theme: str
) -> None:
    author, official = make_user("administrator", city.district), make_user("official", city.district)
    make_user("leader", city.ward)
    old = received(city.ward, at=timezone.now() - timedelta(days=60))
    case, now = received(city.ward, at=timezone.now() - timedelta(minutes=5)), timezone.now()
    day = working_calendar().nth_working_day(timezone.localdate(), 3)
    line = ChangedDay(day, "add", "holiday", "Nghỉ đột xuất")
    draft = draft_change(title="Nghỉ bão số 3", source="Công điện 12", first=line, author=author, at=now)
    remind_of_cases(at=working_calendar().advance(now, timedelta(hours=1)))

    def look(name: str) -> None:
        axe(page)
        page.evaluate("window.scrollTo(0, 0)")
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page = open_page(f"/can-bo/lich/{draft.pk}/", user=official.username, width=width, theme=theme)
    expect(page.get_by_text("Đang tính: đã xét 0 phản ánh")).to_be_visible()
    recalculate_all(timezone.now())
    expect(page.get_by_text("1 phản ánh sẽ đổi hạn")).to_be_visible()  # the page asks again by itself
    expect(page.get_by_role("link", name=case.code)).to_be_visible()
    look("calendar-cases")
    page.goto(page.url.replace(f"lich/{draft.pk}/", "thong-bao/"))
    expect(page.get_by_role("link", name=old.code).first).to_be_visible()
    look("notices-of-cases")
