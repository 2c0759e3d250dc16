"""The calendar is changed by two people, by a document, and back again word for word."""

from dataclasses import dataclass
from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from tests.factories import hanoi, make_unit
from tests.units.seed import at, working_days
from units.calendar.actions import (
    add_draft_day,
    approve_and_publish,
    drop_draft,
    open_calendar_draft,
    remove_draft_day,
    submit_draft,
    undo_published,
)
from units.calendar.lookup import (
    current_edition,
    drafted_calendar,
    first_day_touched,
    working_calendar,
)
from units.clock.due_dates import due_date
from units.models import CalendarDay, CalendarDraft, OpeningHours
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db

NOW = hanoi(2026, 3, 2)
MONDAY, SATURDAY, SUNDAY = date(2026, 3, 9), date(2026, 3, 14), date(2026, 3, 15)


@dataclass
class Office:
    """Two administrators; `author` writes what `approver` publishes."""

    author: User
    approver: User

    def draft(self, title: str = "Nghỉ thêm") -> CalendarDraft:
        return open_calendar_draft(title=title, source="QĐ 1", author=self.author, at=NOW)

    def add(self, draft: CalendarDraft, day: date = MONDAY, **given: object) -> None:
        line = {"kind": "holiday", "reason": "Nghỉ lễ", "actor": self.author, "at": NOW} | given
        add_draft_day(draft=draft, day=day, **line)

    def remove(self, draft: CalendarDraft, day: date, reason: str = "Bãi bỏ") -> None:
        add_draft_day(draft=draft, day=day, change="remove", reason=reason, actor=self.author, at=NOW)

    def published(self, *days: date, title: str = "Nghỉ thêm") -> CalendarDraft:
        draft = self.draft(title)
        for day in days:
            self.add(draft, day)
        return self.publish(draft)

    def publish(self, draft: CalendarDraft) -> CalendarDraft:
        submit_draft(draft=draft, actor=self.author, at=NOW)
        return approve_and_publish(draft=draft, actor=self.approver, at=NOW)


@pytest.fixture
def office() -> Office:
    return Office(User.objects.create_user("nguoi-soan"), User.objects.create_user("nguoi-duyet"))


def rows() -> list[tuple[object, ...]]:
    return list(CalendarDay.objects.order_by("day").values_list("day", "kind", "reason", "source", "closes_at"))


def refused(field: str | None, what: str):
    return pytest.raises(RuleBroken, match=what, check=lambda broken: broken.field == field)


def test_a_draft_changes_nothing_until_another_person_publishes_it(office: Office) -> None:
    edition = current_edition()
    draft = office.draft()
    office.add(draft, MONDAY)
    submit_draft(draft=draft, actor=office.author, at=NOW)
    assert (rows(), current_edition()) == ([], edition)
    published = approve_and_publish(draft=draft, actor=office.approver, at=NOW)
    assert rows() == [(MONDAY, "holiday", "Nghỉ lễ", "QĐ 1", None)]
    assert (published.edition_before, published.edition_after) == (edition, current_edition())
    assert (published.status, published.approver, published.published_at) == ("published", office.approver, NOW)
    assert working_calendar(edition=published.edition_before).is_working(MONDAY)
    assert not working_calendar(edition=published.edition_after).is_working(MONDAY)


def test_nobody_publishes_a_draft_of_their_own(office: Office) -> None:
    draft = office.draft()
    office.add(draft)
    submit_draft(draft=draft, actor=office.author, at=NOW)
    with refused(None, "người thứ hai"):
        approve_and_publish(draft=draft, actor=office.author, at=NOW)
    assert rows() == []
    published = approve_and_publish(draft=draft, actor=office.approver, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDraft.objects.filter(pk=published.pk).update(approver=office.author)


def test_only_the_author_writes_and_submits_a_draft(office: Office) -> None:
    draft = office.draft()
    office.add(draft)
    with refused(None, "Chỉ người soạn"):
        office.add(draft, SUNDAY, actor=office.approver)
    with refused(None, "Chỉ người soạn"):
        remove_draft_day(draft=draft, actor=office.approver, day=MONDAY)
    with refused(None, "Chỉ người soạn"):
        submit_draft(draft=draft, actor=office.approver, at=NOW)
    assert [line.day for line in draft.days.all()] == [MONDAY]


def test_a_draft_is_published_once_and_only_after_it_was_submitted(office: Office) -> None:
    draft = office.draft()
    office.add(draft)
    with refused(None, "Đang soạn"):
        approve_and_publish(draft=draft, actor=office.approver, at=NOW)
    office.publish(draft)
    edition = current_edition()
    with refused(None, "Đã công bố"):
        approve_and_publish(draft=draft, actor=office.approver, at=NOW)
    with refused(None, "Đã công bố"):
        office.add(draft, SUNDAY)
    with refused(None, "Đã công bố"):
        drop_draft(draft=draft, actor=office.author, at=NOW)
    assert current_edition() == edition


def test_an_empty_draft_is_not_submitted(office: Office) -> None:
    draft = office.draft()
    office.add(draft)
    remove_draft_day(draft=draft, actor=office.author, day=MONDAY)
    with refused(None, "chưa có ngày nào"):
        submit_draft(draft=draft, actor=office.author, at=NOW)


@pytest.mark.parametrize(("field", "given"), [("title", {"title": " "}), ("source", {"source": ""})])
def test_a_draft_needs_a_title_and_a_document(office: Office, field: str, given: dict[str, str]) -> None:
    with refused(field, "Hãy nêu"):
        open_calendar_draft(**({"title": "Nghỉ", "source": "QĐ 1"} | given), author=office.author, at=NOW)


@pytest.mark.parametrize(
    ("field", "day", "given"),
    [
        pytest.param("reason", MONDAY, {"reason": "  "}, id="no reason"),
        pytest.param("source", MONDAY, {"source": ""}, id="an empty document"),
        pytest.param("day", date(1999, 12, 31), {}, id="too long ago"),
        pytest.param("day", date(2030, 1, 1), {}, id="too far ahead"),
        pytest.param("kind", MONDAY, {"kind": ""}, id="no kind"),
        pytest.param("kind", MONDAY, {"kind": "weekend"}, id="an unknown kind"),
        pytest.param("kind", MONDAY, {"change": "turn"}, id="an unknown change"),
        pytest.param("kind", MONDAY, {"kind": "worked"}, id="a worked day on a working weekday"),
        pytest.param("kind", SATURDAY, {"kind": "swapped"}, id="an exchanged day off on a weekend"),
        pytest.param("kind", SUNDAY, {"kind": "made_up"}, id="a day off in lieu on a weekend"),
        pytest.param("kind", SUNDAY, {"kind": "short", "closes_at": time(11)}, id="a short day on a weekend"),
        pytest.param("closes_at", MONDAY, {"kind": "short"}, id="a short day that never closes"),
        pytest.param("closes_at", MONDAY, {"kind": "short", "closes_at": time(7)}, id="closing before opening"),
        pytest.param("closes_at", MONDAY, {"kind": "short", "closes_at": time(17)}, id="closing as always"),
        pytest.param("closes_at", SATURDAY, {"kind": "worked", "closes_at": time(20)}, id="closing late"),
        pytest.param("closes_at", MONDAY, {"closes_at": time(11)}, id="a day off with an hour"),
        pytest.param("day", MONDAY, {"change": "remove"}, id="removing what is not there"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused_beside_its_field(
    office: Office, field: str, day: date, given: dict[str, object]
) -> None:
    draft = office.draft()
    with pytest.raises(RuleBroken) as error:
        office.add(draft, day, **given)
    assert error.value.field == field
    assert not draft.days.exists()


@pytest.mark.parametrize(
    ("day", "given"),
    [
        (SUNDAY, {}),
        (SATURDAY, {"kind": "worked"}),
        (SATURDAY, {"kind": "worked", "closes_at": time(12)}),
        (MONDAY, {"kind": "short", "closes_at": time(11, 30)}),
        (date(2000, 1, 3), {}),
        (date(2029, 12, 31), {"source": "TB 7"}),
    ],
)
def test_a_day_that_makes_sense_is_taken(office: Office, day: date, given: dict[str, object]) -> None:
    draft = office.draft()
    office.add(draft, day, **given)
    line = draft.days.get()
    assert (line.day, line.source) == (day, given.get("source", "QĐ 1"))
    office.publish(draft)
    assert rows()[0][:2] == (day, given.get("kind", "holiday"))


def test_a_day_that_is_already_so_is_refused(office: Office) -> None:
    office.published(MONDAY)
    draft = office.draft("Nữa")
    with refused("day", "đã có trong lịch: Nghỉ lễ"):
        office.add(draft, MONDAY)
    office.add(draft, SUNDAY)
    with refused("day", "đã có trong dự thảo này"):
        office.add(draft, SUNDAY, kind="worked")


def test_two_open_drafts_never_touch_the_same_day(office: Office) -> None:
    first, second = office.draft("Một"), office.draft("Hai")
    office.add(first, MONDAY)
    with refused("day", "dự thảo khác: “Một”"):
        office.add(second, MONDAY)
    submit_draft(draft=first, actor=office.author, at=NOW)
    with refused("day", "dự thảo khác: “Một”"):
        office.add(second, MONDAY)
    drop_draft(draft=first, actor=office.approver, at=NOW)
    office.add(second, MONDAY)
    assert second.days.get().day == MONDAY


def test_a_day_that_got_into_the_calendar_meanwhile_is_not_published_again(office: Office) -> None:
    draft = office.draft()
    office.add(draft, SUNDAY)
    office.add(draft, MONDAY)
    CalendarDay.objects.create(day=MONDAY, kind="swapped", reason="Hoán đổi", source="TB 1")
    submit_draft(draft=draft, actor=office.author, at=NOW)
    stored = rows()
    with refused("day", "đã có trong lịch"):
        approve_and_publish(draft=draft, actor=office.approver, at=NOW)
    assert rows() == stored


def test_undoing_puts_every_row_back_word_for_word(office: Office) -> None:
    CalendarDay.objects.create(day=MONDAY, kind="short", reason="Họp", source="TB 9", closes_at=time(11, 30))
    CalendarDay.objects.create(day=date(2026, 3, 10), kind="holiday", reason="Lễ", source="TB 8")
    before, stored = working_calendar(), rows()
    promise = due_date(at("2026-03-06"), working_days(3), before)
    draft = office.draft()
    office.remove(draft, MONDAY)
    office.remove(draft, date(2026, 3, 10))
    office.add(draft, date(2026, 3, 11))
    published = office.publish(draft)
    assert [row[0] for row in rows()] == [date(2026, 3, 11)]
    undone = undo_published(draft=published, actor=office.author, at=NOW)
    assert rows() == stored
    assert (undone.status, undone.undone_at, undone.closed_by) == ("undone", NOW, office.author)
    assert due_date(at("2026-03-06"), working_days(3), working_calendar()).due_at == promise.due_at
    assert not working_calendar(edition=published.edition_after).is_working(date(2026, 3, 11))
    with refused(None, "Đã hoàn tác"):
        undo_published(draft=undone, actor=office.author, at=NOW)


def test_a_draft_is_undone_only_before_a_later_one_of_the_same_day(office: Office) -> None:
    first = office.published(MONDAY, SUNDAY, title="Một")
    elsewhere = office.published(date(2026, 4, 1), title="Khác ngày")
    later = office.draft("Hai")
    office.remove(later, MONDAY)
    later = office.publish(later)
    stored = rows()
    with refused(None, "“Hai” công bố sau"):
        undo_published(draft=first, actor=office.approver, at=NOW)
    assert rows() == stored
    undo_published(draft=later, actor=office.approver, at=NOW)
    undo_published(draft=first, actor=office.approver, at=NOW)
    undo_published(draft=elsewhere, actor=office.approver, at=NOW)
    assert rows() == []


def test_a_day_changed_by_other_means_since_is_not_overwritten_by_undoing(office: Office) -> None:
    draft = office.published(MONDAY)
    CalendarDay.objects.update(reason="Sửa tay")
    with refused(None, "đổi bằng cách khác"):
        undo_published(draft=draft, actor=office.approver, at=NOW)
    CalendarDay.objects.all().delete()
    with refused(None, "đổi bằng cách khác"):
        undo_published(draft=draft, actor=office.approver, at=NOW)


def test_a_preview_is_the_calendar_as_it_will_be(office: Office) -> None:
    unit = make_unit("Đơn vị", "ward")
    OpeningHours.objects.create(unit=unit, weekday=0, opens=time(7), closes=time(11))
    CalendarDay.objects.create(day=date(2026, 3, 16), kind="holiday", reason="Lễ", source="TB 8")
    draft = office.draft()
    assert first_day_touched(draft) is None
    office.add(draft, SATURDAY, kind="worked")
    office.add(draft, MONDAY, kind="short", closes_at=time(9))
    office.remove(draft, date(2026, 3, 16))
    days = [date(2026, 3, number) for number in range(6, 20)]
    drafted = {of: [drafted_calendar(draft, of).hours_on(day) for day in days] for of in (None, unit)}
    assert drafted_calendar(draft).version == f"{current_edition()}+{draft.pk}"
    assert first_day_touched(draft) == MONDAY
    assert [working_calendar(unit).hours_on(day) for day in days] != drafted[unit]
    office.publish(draft)
    assert {of: [working_calendar(of).hours_on(day) for day in days] for of in (None, unit)} == drafted
