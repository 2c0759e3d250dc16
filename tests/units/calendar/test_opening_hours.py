from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.units.models.test_tree import unit
from tests.units.seed import at
from units.calendar.opening_hours import places
from units.models import OpeningHours

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded() -> None:
    call_command("load_units", verbosity=0, stdout=StringIO())


@pytest.mark.parametrize(
    ("moment", "slug", "closes", "opens"),
    [
        ("2026-03-09 09:00", "mot-cua-bach-mai", "2026-03-09 12:00", None),
        ("2026-03-09 12:30", "mot-cua-bach-mai", None, "2026-03-09 13:00"),
        ("2026-03-07 09:00", "mot-cua-bach-mai", None, "2026-03-09 08:00"),
        ("2026-03-07 09:00", "mot-cua-hai-ba-trung", "2026-03-07 12:00", None),
        ("2026-02-16 09:00", "mot-cua-bach-mai", None, "2026-02-23 08:00"),
        ("2026-01-10 09:00", "mot-cua-bach-mai", "2026-01-10 12:00", None),
    ],
)
def test_a_place_says_until_when_it_is_open_or_when_it_opens(
    seeded: None, moment: str, slug: str, closes: str | None, opens: str | None
) -> None:
    place = next(place for place in places(at(moment)) if place.desk.slug == slug)
    assert place.closes_at == (at(closes) if closes else None)
    assert place.opens_at == (at(opens) if opens else None)
    assert place.is_open is bool(closes)


def test_weekdays_of_equal_hours_share_a_line(seeded: None) -> None:
    district = places(at("2026-03-09 09:00"))[0]
    Weekday = OpeningHours.Weekday
    assert [(line.first, line.last) for line in district.lines] == [
        (Weekday.MONDAY, Weekday.FRIDAY),
        (Weekday.SATURDAY, Weekday.SATURDAY),
    ]


@pytest.mark.parametrize(
    "model", ["unit", "unitkind", "unitidentifier", "unitsuccessor", "calendarday", "calendaryear", "openinghours",
              "codetemplate", "daycounter"]
)  # fmt: skip
def test_administrators_can_search_every_reference_table(admin_client: Client, model: str) -> None:
    unit("2026-office")
    address = reverse(f"admin:units_{model}_changelist")
    assert admin_client.get(address, {"q": "2026"}).status_code == 200
    added = admin_client.get(reverse(f"admin:units_{model}_add")).status_code
    assert added == (403 if model in ("calendarday", "daycounter", "unitsuccessor") else 200)
