"""One span apart by channel, desk and step; two units or two spans side by side."""

from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from dossiers.clock.states import Outcome
from dossiers.models import Dossier
from dossiers.operations.finishing.actions import finish_dossier
from dossiers.operations.handover.actions import hand_over, take_over
from reporting.dashboards.comparison.figures import ComparedRates
from reporting.definitions.on_time import Rate, difference
from reporting.rollup.actions import recount_everything
from tests.factories import hanoi, make_offering, make_procedure, make_process, make_units, make_user, register
from tests.reporting.helpers import dossier, held, offer, save

CHANNELS, COMPARING = "reporting:channels", "reporting:comparing"


@pytest.fixture
def city(db):
    """March 2026 at the ward: three resolved, one of them late, one filed online; at the department two on time."""
    city = make_units()
    birth, house = offer(city.ward), offer(city.department)
    due = hanoi(2026, 3, 10, 17)
    save(
        *(dossier(birth, due_at=due, finished_at=due + timedelta(hours=n)) for n in (-1, 1)),
        dossier(birth, due_at=due, finished_at=due - timedelta(days=2), intake=Dossier.Intake.ONLINE),
        *(dossier(house, due_at=due, finished_at=due) for _ in range(2)),
    )
    recount_everything()
    return city


def soup_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return BeautifulSoup(response.content, "html.parser")


def leads_to_as_many(client, soup):
    links = soup.select("main table a[href*='tinh-trang=']")
    for link in links:
        listed = client.get(link["href"])
        number = int(link.get_text().split()[-1].replace(".", ""))
        assert held(listed) == number, link["href"]
    return len(links)


def test_each_channel_and_desk_has_its_line_and_each_number_leads_to_as_many(client, city, official):
    page = soup_of(client, f"{reverse(CHANNELS)}?ky=2026-03")
    channel, desk = (page.select_one(f"section[aria-labelledby=theo-{by}]") for by in ("kenh", "quay"))
    online = next(row for row in channel.select("tbody tr") if row.th.get_text() == Dossier.Intake.ONLINE.label)
    assert [cell.get_text().split()[-1] for cell in online.select("td")[1:4]] == ["1", "1", "0"]
    assert len(channel.select("tbody tr")) == len(Dossier.Intake)
    assert sum(int(row.select("td")[1].get_text().split()[-1]) for row in desk.select("tbody tr")) == 5
    assert leads_to_as_many(client, page) > 8


def test_steps_count_the_legs_of_their_place_and_lead_to_as_many(client, city, official):
    """A dossier that passed the desk twice is two of its legs."""
    now = timezone.now()
    version = make_procedure()
    make_process(version, ("desk", 8), ("handler", 24), ("desk", 8))
    made = register(make_offering(version, city.ward), city.ward_desk, at=now - timedelta(hours=9))
    for leg in range(2):
        hand_over(dossier=made, leg=leg, actor=None, at=now - timedelta(hours=8 - 2 * leg))
        take_over(dossier=made, leg=leg + 1, actor=None, at=now - timedelta(hours=7 - 2 * leg))
    finish_dossier(dossier=made, outcome=Outcome.GRANTED, actor=None, at=now)
    recount_everything()
    page = soup_of(client, f"{reverse(CHANNELS)}?ky={now.year}")
    rows = page.select("section[aria-labelledby=theo-noi] tbody tr")
    assert [row.td.get_text().split()[-1] for row in rows] == ["2", "1"]
    assert leads_to_as_many(client, page) > 2


def test_two_units_stand_side_by_side_and_each_number_leads_to_as_many(client, city, official):
    asked = f"?don-vi={city.ward.slug}&ky=2026-03&don-vi-2={city.department.slug}&ky-2=2026-03"
    page = soup_of(client, reverse(COMPARING) + asked)
    rows = {
        row.th.get_text(): [cell.get_text().split()[-1] for cell in row.select("td")] for row in page.select("tr")[1:]
    }
    assert rows["Đã giải quyết"] == ["3", "2", "+1"]
    assert rows["Giải quyết trễ hạn"] == ["1", "0", "+1"]
    assert "ngẫu nhiên" in page.main.get_text()
    assert leads_to_as_many(client, page) >= 5


def test_two_spans_of_one_unit_and_nothing_asked_is_this_month_beside_the_last(client, city, official):
    sides = client.get(reverse(COMPARING), {"ky": "2026-03", "ky-2": "2026-02"}).context
    assert (sides["first"].counts.resolved, sides["second"].counts.resolved) == (5, 0)
    assert sides["on_time"].points is None
    plain = client.get(reverse(COMPARING)).context
    assert plain["first"].period.span.before() == plain["second"].period.span


def test_a_unit_out_of_sight_is_not_found_and_a_span_that_is_none_is_shown_beside_the_field(client, city):
    client.force_login(make_user(Membership.Role.LEADER, city.ward))
    assert client.get(reverse(COMPARING), {"don-vi-2": city.department.slug}).status_code == 404
    assert client.get(reverse(CHANNELS), {"don-vi": city.department.slug}).status_code == 404
    wrong = client.get(reverse(COMPARING), {"ky-2": "2026-13"})
    assert wrong.status_code == 422
    assert wrong.context["form"]["ky-2"].errors
    client.force_login(make_user(Membership.Role.CLERK, city.ward))
    assert client.get(reverse(COMPARING)).status_code == client.get(reverse(CHANNELS)).status_code == 404


@pytest.mark.parametrize(("name", "most"), [(CHANNELS, 9), (COMPARING, 7)])
def test_both_pages_ask_the_database_as_often_however_much_was_counted(client, city, official, name, most):
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(name), {"ky": "2026-03"})
    assert len(asked) <= most


def test_a_difference_is_chance_where_its_interval_holds_no_difference():
    # R. G. Newcombe, Statistics in Medicine 17 (1998), table II, example a: 56/70 less 48/80.
    known = difference(Rate(56, 70), Rate(48, 80))
    assert known
    assert [round(bound, 4) for bound in (known.low, known.high)] == [Decimal("0.0524"), Decimal("0.3339")]
    assert not ComparedRates(Rate(56, 70), Rate(48, 80)).may_be_chance
    assert ComparedRates(Rate(9, 10), Rate(8, 10)).may_be_chance
    assert difference(Rate(1, 2), Rate(0, 0)) is None
