"""The database reads no clock: every time is an argument, of what its triggers write too."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from dossiers.changes.reorganisation.actions import carry_out
from procedures.editing.actions.blank_forms import forget_unused_forms
from procedures.models import CatalogueVersion
from tests.databases import forget_given_time
from tests.factories import City, hanoi, make_offering, make_procedure, make_unit, make_units, make_user
from units.calendar.actions import (
    add_draft_day,
    approve_and_publish,
    open_calendar_draft,
    submit_draft,
    undo_published,
)
from units.models import CalendarEdition, CalendarYear, OpeningHours, Unit
from units.reorganisation.actions import NewDesk, NewUnit, merge_units, reparent, split_unit

pytestmark = pytest.mark.django_db

AT = hanoi(2025, 7, 2)
CLOCKS = r"\m(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|current_date|current_time"
CLOCKS += r"|current_timestamp|localtime|localtimestamp)\M"
WHERE_CODE_IS = """
    SELECT proname::text AS name, prosrc AS code FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT adrelid::regclass || ' ' || attname, pg_get_expr(adbin, adrelid) FROM pg_attrdef
    JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
    UNION ALL
    SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype IN ('c', 'x') AND connamespace = 'public'::regnamespace
    UNION ALL
    SELECT tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
"""


def test_no_function_default_constraint_or_trigger_reads_a_clock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({WHERE_CODE_IS}) AS ours")
        (every,) = cursor.fetchone() or (0,)
        cursor.execute(f"SELECT name FROM ({WHERE_CODE_IS}) AS ours WHERE code ~* %s", [CLOCKS])
        assert [name for (name,) in cursor.fetchall()] == []
    assert every > 100


@pytest.mark.parametrize(
    "change",
    [
        lambda: CalendarYear.objects.create(year=2031, source="Thử"),
        lambda: Unit.objects.update(telephone="024 1"),
    ],
)
def test_a_change_whose_time_is_not_given_is_refused(change: Callable[[], Any]) -> None:
    forget_given_time()
    with pytest.raises(IntegrityError, match="the time of this change was not given"):
        change()


def new(slug: str, parent: Unit) -> NewUnit:
    desk = NewDesk(name="Một cửa mới", short_name="Một cửa mới", slug=f"{slug}-desk")
    return NewUnit(kind="ward", name="Phường Mới", short_name="Mới", slug=slug, parent=parent, desk=desk)


def merge(city: City) -> None:
    make_offering(make_procedure(), city.ward)
    forget_given_time()
    olds, on = [city.ward, city.other_ward], date(2025, 7, 1)
    carry_out(
        change=lambda at: merge_units(olds=olds, new=new("moi", city.district), on=on, source="QĐ", at=at),
        actor=None,
        at=AT,
    )


def split(city: City) -> None:
    forget_given_time()
    parts = [(new(f"moi-{n}", city.district), "part") for n in range(2)]
    split_unit(old=city.ward, parts=parts, on=date(2025, 7, 1), source="QĐ", at=AT)


def move(city: City) -> None:
    other = make_unit("Quận Khác", "district")
    OpeningHours.objects.create(unit=other, weekday=0, opens="07:00", closes="11:00")
    forget_given_time()
    reparent(unit=city.ward, parent=other, on=date(2025, 7, 1), source="QĐ", at=AT)
    assert CalendarEdition.objects.latest("number").at == AT


@pytest.mark.parametrize("change", [merge, split, move])
def test_a_reorganisation_gives_its_time(change: Callable[[City], None]) -> None:
    change(make_units())
    assert CatalogueVersion.objects.get().changed_at == AT


def test_a_published_day_of_the_calendar_and_its_undoing_give_their_times() -> None:
    city = make_units()
    author, second = (make_user(Membership.Role.ADMINISTRATOR, city.district) for _each in range(2))
    OpeningHours.objects.create(weekday=2, opens="08:00", closes="17:00")
    forget_given_time()
    draft = open_calendar_draft(title="Nghỉ bù", source="QĐ 1", author=author, at=AT)
    add_draft_day(draft=draft, actor=author, day=date(2025, 7, 9), kind="made_up", reason="Nghỉ bù", at=AT)
    draft = submit_draft(draft=draft, actor=author, at=AT)
    draft = approve_and_publish(draft=draft, actor=second, at=AT)
    assert CalendarEdition.objects.latest("number").at == AT
    forget_given_time()
    undo_published(draft=draft, actor=second, at=AT + timedelta(hours=1))
    assert CalendarEdition.objects.latest("number").at == AT + timedelta(hours=1)


def test_what_an_administrator_changes_is_changed_at_the_time_of_the_request(client: Client) -> None:
    city = make_units()
    client.force_login(make_user(Membership.Role.ADMINISTRATOR, city.district, is_superuser=True, is_staff=True))
    forget_given_time()
    before = timezone.now()
    client.post("/quan-tri/units/calendaryear/add/", {"year": 2031, "source": "Thử", "note": ""})
    client.post("/quan-tri/units/unitkind/add/", {"code": "thu", "name": "Thử", "name_en": "Trial", "order": 1})
    assert before <= CalendarEdition.objects.latest("number").at <= CatalogueVersion.objects.get().changed_at


def test_the_nightly_removal_of_unused_forms_gives_its_time() -> None:
    forget_given_time()
    assert forget_unused_forms(at=AT) == 0
