"""What administrators may save about offices and the calendar, and what they are told when they may not."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from tests.factories import make_desk, make_kind, make_unit
from units.models import CalendarDay, CodeTemplate, OpeningHours, Unit, UnitIdentifier

pytestmark = pytest.mark.django_db
SINCE = "01/01/2015"
NO_ROWS = {
    f"{inline}-{count}_FORMS": "0"
    for inline in ("identifiers", "code_templates", "opening_hours", "duty_posts", "successions")
    for count in ("TOTAL", "INITIAL")
}


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("quan-tri-thu", password="mot-cua-thu-nghiem"))
    return client


@pytest.fixture
def _another_desk() -> None:
    """Rows of another office, in force on the same days: none of them is in anybody's way."""
    desk = make_desk(make_unit("Khác", "ward"), "H26.19.99")
    UnitIdentifier.objects.create(unit=desk, scheme="gso", value="00999", valid_from=date(2015, 1, 1))
    OpeningHours.objects.create(unit=desk, weekday=0, opens=time(8), closes=time(11, 30))


def save(keeper: Client, table: str, **form: object) -> list[str]:
    """Post the form; the messages it is refused with, none when it was saved."""
    answer = keeper.post(f"/quan-tri/units/{table}/", form)
    if answer.status_code == 302:
        return []
    context = answer.context
    shown = list(context["adminform"].form.errors.values())
    shown += [row for formset in context["inline_admin_formsets"] for row in _row_errors(formset.formset)]
    return [str(message) for messages in shown for message in messages]


def _row_errors(formset) -> list[list[str]]:
    return [formset.non_form_errors(), *(messages for row in formset.errors for messages in row.values())]


@pytest.mark.usefixtures("_another_desk")
def test_a_desk_is_saved_with_its_identifier_its_code_template_and_its_hours(keeper: Client) -> None:
    form = NO_ROWS | {
        "kind": make_kind("desk").pk,
        "name": "Một cửa Thử",
        "short_name": "Thử",
        "slug": "mot-cua-thu",
        "order": 1,
        "valid_from": SINCE,
        "identifiers-TOTAL_FORMS": "1",
        "identifiers-0-scheme": "gso",
        "identifiers-0-value": "00256",
        "identifiers-0-valid_from": SINCE,
        "code_templates-TOTAL_FORMS": "1",
        "code_templates-0-prefix": "H26.19.15",
        "code_templates-0-template": "{prefix}-{yymmdd}-{number:04d}",
        "code_templates-0-valid_from": SINCE,
        "opening_hours-TOTAL_FORMS": "1",
        "opening_hours-0-weekday": "0",
        "opening_hours-0-opens": "08:00",
        "opening_hours-0-closes": "11:30",
    }
    assert save(keeper, "unit/add", **form) == []
    desk = Unit.objects.get(slug="mot-cua-thu")
    assert desk.identifiers.get().value == "00256"
    rows = {
        "identifiers": desk.identifiers.get().pk,
        "code_templates": desk.code_templates.get().pk,
        "opening_hours": desk.opening_hours.get().pk,
    }
    again = form | {f"{name}-INITIAL_FORMS": "1" for name in rows}
    again |= {f"{name}-0-id": pk for name, pk in rows.items()} | {f"{name}-0-unit": desk.pk for name in rows}
    assert save(keeper, f"unit/{desk.pk}/change", **again, telephone="024 3000 0000") == []
    desk.refresh_from_db()
    assert desk.telephone == "024 3000 0000"


def test_two_rows_of_one_form_that_exclude_each_other_are_refused_in_words(keeper: Client) -> None:
    unit = make_unit("Thử", "ward")
    form = NO_ROWS | {
        "kind": unit.kind_id,
        "name": unit.name,
        "short_name": "Thử",
        "slug": unit.slug,
        "order": 1,
        "valid_from": SINCE,
        "opening_hours-TOTAL_FORMS": "2",
    }
    for row, opens in enumerate(("08:00", "09:00")):
        form |= {
            f"opening_hours-{row}-unit": unit.pk,
            f"opening_hours-{row}-weekday": "0",
            f"opening_hours-{row}-opens": opens,
            f"opening_hours-{row}-closes": "11:30",
        }
    assert save(keeper, f"unit/{unit.pk}/change", **form) == ["Trùng với một khoảng giờ khác của cùng ngày."]


def test_an_identifier_is_saved_and_one_that_is_taken_is_refused_in_words(keeper: Client) -> None:
    first, second = make_unit("Một", "ward"), make_unit("Hai", "ward")
    form = {"unit": first.pk, "scheme": "gso", "value": "00256", "valid_from": SINCE}
    assert save(keeper, "unitidentifier/add", **form) == []
    assert save(keeper, "unitidentifier/add", **form | {"unit": second.pk}) == [
        "Mã này đã thuộc về một đơn vị khác trong thời gian đó."
    ]
    assert save(keeper, "unitidentifier/add", **form | {"value": "00257"}) == [
        "Đơn vị đã có một mã khác cùng hệ trong thời gian đó."
    ]
    assert UnitIdentifier.objects.count() == 1


@pytest.mark.usefixtures("_another_desk")
def test_a_code_template_is_saved_and_a_second_one_of_the_same_days_is_refused_in_words(keeper: Client) -> None:
    form = {
        "unit": make_unit("Một", "desk").pk,
        "prefix": "H26.19.15",
        "template": "{prefix}-{yymmdd}-{number:04d}",
        "valid_from": SINCE,
    }
    assert save(keeper, "codetemplate/add", **form) == []
    assert save(keeper, "codetemplate/add", **form | {"prefix": "H26.19.16"}) == [
        "Đơn vị đã có một mẫu mã khác trong thời gian đó."
    ]
    assert CodeTemplate.objects.count() == 2


def test_a_template_that_gives_no_legal_code_is_refused_beside_its_field(keeper: Client) -> None:
    form = {"unit": make_unit("Một", "desk").pk, "prefix": "H26.19.15", "valid_from": SINCE}
    (fault,) = save(keeper, "codetemplate/add", **form, template="{prefix}-{number:04d}")
    assert "{prefix}-{yymmdd}-{number:04d}" in fault


def test_a_day_of_the_calendar_is_looked_at_but_changed_only_by_a_draft(keeper: Client) -> None:
    row = CalendarDay.objects.create(day=date(2026, 2, 27), kind="holiday", reason="Nghỉ lễ", source="Thông báo 1")
    page = keeper.get("/quan-tri/units/calendarday/")
    assert "2026" in page.text
    assert "hãy soạn dự thảo thay đổi lịch" in page.text
    form = {"day": "28/02/2026", "kind": "holiday", "reason": "Nghỉ", "source": "Thông báo 2"}
    change = f"/quan-tri/units/calendarday/{row.pk}"
    assert keeper.post("/quan-tri/units/calendarday/add/", form).status_code == 403
    assert keeper.post(f"{change}/change/", form).status_code == 403
    assert keeper.post(f"{change}/delete/", {"post": "yes"}).status_code == 403
    delete = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    keeper.post("/quan-tri/units/calendarday/", delete)
    assert list(CalendarDay.objects.values_list("day", "source")) == [(date(2026, 2, 27), "Thông báo 1")]


def test_a_short_day_without_its_hour_is_refused_by_the_calendar_itself() -> None:
    day = CalendarDay(day=date(2026, 2, 27), kind="short", reason="Nghỉ", source="Thông báo 1")
    with pytest.raises(ValidationError, match="cần giờ đóng cửa"):
        day.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        day.save()


def test_a_year_of_the_calendar_and_its_hours_are_still_saved_directly(keeper: Client) -> None:
    assert save(keeper, "calendaryear/add", year="2027", is_complete="on", source="Thông báo 1", note="") == []
    assert save(keeper, "openinghours/add", weekday="0", opens="08:00", closes="11:30", counts="on") == []


def hours(unit: Unit | None, opens: int, closes: int, weekday: int = 0) -> OpeningHours:
    return OpeningHours(unit=unit, weekday=weekday, opens=time(opens), closes=time(closes))


def test_a_unit_is_placed_in_the_tree_when_it_is_made_and_stays_there(keeper: Client) -> None:
    """Moving it by hand would rewrite the tree of every past report."""
    office, other = make_unit("Một", "ward"), make_unit("Hai", "ward")
    form = NO_ROWS | {
        "kind": make_kind("desk").pk,
        "parent": office.pk,
        "name": "Một cửa",
        "short_name": "Thử",
        "slug": "mot-cua-thu",
        "order": 1,
        "valid_from": SINCE,
    }
    assert save(keeper, "unit/add", **form) == []
    desk = Unit.objects.get(slug="mot-cua-thu")
    assert save(keeper, f"unit/{desk.pk}/change", **form | {"parent": other.pk, "name": "Một cửa mới"}) == []
    desk.refresh_from_db()
    assert (desk.name, desk.parent) == ("Một cửa mới", office)


@pytest.mark.parametrize("of_a_unit", [True, False])
def test_hours_of_one_office_and_weekday_never_overlap(of_a_unit: bool) -> None:
    """The default hours, which belong to no unit, neither."""
    unit = make_unit("Một", "ward") if of_a_unit else None
    hours(unit, 8, 12).save()
    hours(unit, 12, 17).save()
    hours(unit, 8, 12, weekday=1).save()
    hours(make_unit("Hai", "ward"), 8, 12).save()
    with pytest.raises(ValidationError, match="Trùng"):
        hours(unit, 11, 13).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        hours(unit, 11, 13).save()
