"""The page of the offices: legs of every unit in sight, who answers for what was late, by the old tree or today's."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from dossiers.changes.reorganisation.transfer import transfer_dossiers
from dossiers.clock.states import Outcome
from dossiers.models import Dossier
from dossiers.operations.finishing.actions import finish_dossier
from dossiers.operations.handover.actions import hand_over, take_over
from reporting.dashboards.offices.figures import office_figures
from reporting.definitions.on_time import Counts
from reporting.definitions.periods import Month, Span
from reporting.models import LegTally
from reporting.rollup.actions import recount_everything, recount_stale
from reporting.rollup.reading import Period
from tests.databases import travel_to
from tests.factories import hanoi, make_offering, make_procedure, make_process, make_units, make_user, register
from tests.reporting.helpers import dossier, held, offer, save
from units.models import Unit
from units.reorganisation.actions import NewDesk, NewUnit, merge_units

pytestmark = pytest.mark.django_db

ADDRESS = "reporting:offices"
NOW = hanoi(2026, 11, 23, 10)
NOVEMBER = Month(2026, 11)


def figures(units=None, month=NOVEMBER, *, at=NOW, todays_tree=True):
    units = Unit.objects.all() if units is None else units
    return office_figures(units, Period.at(month, at), at=at, todays_tree=todays_tree)


def answered(unit, handler, cause, finished_at=NOW):
    """A dossier handled by one unit and late through another."""
    return dossier(
        offer(handler),
        received_at=finished_at - timedelta(days=9),
        due_at=finished_at - timedelta(days=1),
        finished_at=finished_at,
        late_unit=unit,
        late_cause=cause,
    )


def test_each_office_has_its_legs_and_the_late_dossiers_it_answers_for(city):
    save(
        *(answered(city.department, city.ward, "workload") for _ in range(2)),
        answered(city.department, city.ward, ""),
        answered(city.ward, city.ward, "staff"),
        answered(city.ward, city.ward, "staff", hanoi(2026, 10, 31, 23, 59)),
        dossier(offer(city.ward), due_at=NOW, finished_at=NOW),
    )
    recount_everything()
    LegTally.objects.create(unit=city.department, day=date(2026, 11, 3), early=3, on_time=5, late=2)
    LegTally.objects.create(unit=city.department, day=date(2026, 11, 20), on_time=1)
    LegTally.objects.create(unit=city.department, day=date(2026, 10, 31), late=7)
    LegTally.objects.create(unit=city.ward_desk, day=date(2026, 11, 3), early=4)
    page = figures()
    assert [(row.unit, row.legs, row.answers_for) for row in page.rows] == [
        (city.department, Counts(early=3, on_time=6, late=2), 3),
        (city.ward, Counts(), 1),
        (city.ward_desk, Counts(early=4), 0),
    ]
    assert page.rows[0].causes == [("Quá nhiều hồ sơ", 2), ("", 1)]
    assert (page.legs, page.answers_for) == (Counts(early=7, on_time=6, late=2), 4)


def test_every_late_dossier_has_one_unit_that_answers_for_it(city):
    """Two offices overran their time; the first of them answers, and the citizen's figures count one dossier."""
    version = make_procedure(term_amount=5)
    make_process(version, ("desk", 8), ("handler", 24), ("desk", 8))
    offering = make_offering(version, city.ward, handler=city.department)
    one = register(offering, city.ward_desk, at=hanoi(2026, 11, 2))
    for leg, at in ((0, hanoi(2026, 11, 5)), (1, hanoi(2026, 11, 13))):
        hand_over(dossier=one, leg=leg, actor=None, at=at)
        take_over(dossier=one, leg=leg + 1, actor=None, at=at)
    finish_dossier(dossier=one, outcome=Outcome.GRANTED, cause="staff", actor=None, at=hanoi(2026, 11, 13, 10))
    recount_everything()
    page = figures()
    assert {row.unit: (row.legs.late, row.answers_for) for row in page.rows} == {
        city.ward_desk: (1, 1),
        city.department: (1, 0),
    }
    assert page.dossiers == Counts(received=1, late=1)
    assert (page.answers_for, page.legs.resolved) == (1, 3)


def test_the_late_dossiers_and_the_units_that_answer_for_them_come_to_the_same(city, client):
    """What an office outside the page made late has a line of its own; what is handled outside is told apart."""
    save(
        *(answered(city.other_ward, city.ward, "workload") for _ in range(2)),
        answered(city.ward, city.ward, "staff"),
        *(answered(city.ward, city.other_ward, "staff", hanoi(2026, 11, day)) for day in (2, 20)),
        answered(city.other_ward, city.other_ward, "staff"),
    )
    recount_everything()
    days = Span.between(date(2026, 11, 20), date(2026, 11, 23))
    for span, for_others in ((NOVEMBER, 2), (days, 1)):
        page = figures([city.ward], span)
        assert (page.beyond, page.for_others) == (2, for_others)
        assert page.answers_for - page.for_others == page.dossiers.late == 3
    assert (figures().beyond, figures().for_others) == (0, 0)
    with travel_to(hanoi(2026, 12, 1)):
        client.force_login(make_user(Membership.Role.OFFICIAL, city.ward))
        shown = client.get(reverse(ADDRESS), {"ky": "2026-11"}).content.decode()
    assert "Đơn vị ngoài trang này" in shown
    assert city.other_ward.name not in shown


def test_an_office_without_legs_has_a_dash_and_not_a_hundred_percent(client, city):
    save(answered(city.ward, city.ward, "staff", timezone.now()))
    recount_everything()
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    (row,) = rows_of(client.get(reverse(ADDRESS)))
    assert [cell.get_text(strip=True) for cell in row.select("td")][:2] == ["—0 / 0 chặng", "0"]


# --- The old tree and the new one --------------------------------------------------------------------------------


@pytest.fixture
def merged(city):
    """Two wards worked until the end of June and one went on; half of the work was finished by the new one."""
    offerings = [make_offering(make_procedure(), unit) for unit in (city.ward, city.other_ward)]
    desks = (city.ward_desk, city.other_desk)
    made = [register(offering, desk, at=hanoi(2025, 6, 23)) for offering, desk in zip(offerings, desks, strict=True)]
    ended = [register(offering, desk, at=hanoi(2025, 6, 2)) for offering, desk in zip(offerings, desks, strict=True)]
    for one in (*made, *ended):
        at = one.received_at + timedelta(hours=1)
        hand_over(dossier=one, leg=0, actor=None, at=at)
        take_over(dossier=one, leg=1, actor=None, at=at)
    for one in ended:
        finish_dossier(dossier=one, outcome=Outcome.GRANTED, cause="staff", actor=None, at=hanoi(2025, 6, 30))
    desk = NewDesk("Một cửa mới", "Một cửa mới", "mot-cua-moi", code_prefix="T9.99")
    new = NewUnit("ward", "Đơn vị mới", "Đơn vị mới", "don-vi-moi", parent=city.district, desk=desk)
    olds = [city.ward, city.other_ward]
    moves = merge_units(olds=olds, new=new, on=date(2025, 7, 1), source="NQ 1656", at=hanoi(2025, 6, 30)).moves
    transfer_dossiers(successors=moves, on=date(2025, 7, 1), actor=None, at=hanoi(2025, 7, 1, 7))
    for one in Dossier.objects.filter(finished_at=None):
        finish_dossier(dossier=one, outcome=Outcome.GRANTED, cause="staff", actor=None, at=hanoi(2025, 7, 4))
    while recount_stale():
        pass
    return Unit.objects.get(pk=moves[city.ward.pk])


def sums(page):
    return page.legs, page.answers_for, page.dossiers


@pytest.mark.parametrize("month", [Month(2025, 6), Month(2025, 7)], ids=str)
def test_rule_23_offices_figures_by_the_old_tree_and_by_todays_have_equal_totals(city, merged, month):
    new, old = (figures(month=month, todays_tree=now) for now in (True, False))
    assert sums(new) == sums(old)
    assert old.legs.resolved == old.legs.late == old.answers_for == 2
    assert [row.unit for row in new.rows] == [merged]
    assert {row.unit for row in old.rows} == ({city.ward, city.other_ward} if month.number == 6 else {merged})
    assert new.has_past


def test_rule_23_the_leader_of_the_successor_sees_what_it_continues(city, merged):
    page = figures(list(Unit.objects.under(merged)), Month(2025, 6))
    assert [(row.unit, row.legs, row.answers_for) for row in page.rows] == [(merged, Counts(late=2), 2)]
    assert sums(page) == sums(figures(list(Unit.objects.under(merged)), Month(2025, 6), todays_tree=False))
    assert not page.rows[0].is_listed


def test_the_tree_is_asked_for_only_where_one_unit_continues_another(client, city, request):
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    assert "id_theo" not in client.get(reverse(ADDRESS)).content.decode()
    request.getfixturevalue("merged")
    assert "id_theo" in client.get(reverse(ADDRESS)).content.decode()


# --- The page ----------------------------------------------------------------------------------------------------


def rows_of(response):
    return BeautifulSoup(response.content, "html.parser").select("table.tbl tbody:first-of-type tr")


def busy(city, many):
    now = timezone.now()
    save(*(answered(unit, city.ward, "staff", now) for unit in (city.ward, city.department) for _ in range(many)))
    recount_everything()
    for unit in Unit.objects.all():
        LegTally.objects.create(unit=unit, day=now.astimezone(NOW.tzinfo).date(), on_time=many, late=1)


def test_what_a_unit_answers_for_is_a_link_to_a_list_that_holds_as_many(client, official, city):
    busy(city, 3)
    page = BeautifulSoup(client.get(reverse(ADDRESS)).content, "html.parser")
    links = page.select("main .tbl a[href$=lam-tre]")
    assert len(links) == 2
    for link in links:
        listed = client.get(link["href"])
        assert held(listed) == 3
        assert f"don-vi={listed.context['form'].cleaned_data['don-vi']}" in link["href"]


def test_late_legs_of_an_office_are_a_link_to_a_list_that_holds_as_many(client, official, city):
    offering = make_offering(make_procedure(), city.ward)
    begun = hanoi(2026, 3, 2)
    for over in (1, 20, 20):
        one = register(offering, city.ward_desk, at=begun)
        hand_over(dossier=one, leg=0, actor=None, at=begun + timedelta(hours=1))
        take_over(dossier=one, leg=1, actor=None, at=begun + timedelta(hours=1))
        finish_dossier(
            dossier=one, outcome=Outcome.GRANTED, cause="staff", actor=None, at=begun + timedelta(days=over)
        )
    recount_everything()
    page = BeautifulSoup(client.get(reverse(ADDRESS), {"ky": "2026-Q1"}).content, "html.parser")
    (link,) = page.select("main .tbl a[href$=chang-tre]")
    assert link.get_text().endswith("chặng quá giờ: 2")
    assert held(client.get(link["href"])) == 2


@pytest.mark.parametrize("asked", ["2026-10-30_2026-11-09", "2026-11-05_2026-12-31", "2026", "2026-W45", "2026-10"])
def test_who_answers_is_counted_the_same_by_months_and_by_the_days_beside_them(city, asked):
    finished = [hanoi(2026, 10, 1, 0), hanoi(2026, 10, 31, 23, 59), hanoi(2026, 11, 4), hanoi(2026, 11, 9, 23, 59)]
    save(*(answered(unit, city.ward, "staff", at) for at in finished for unit in (city.ward, city.department)))
    recount_everything()
    span = Span.parse(asked)
    within = [at for at in finished if span.start <= at < span.end]
    assert len(within) > 0
    page = figures(month=span, at=hanoi(2026, 12, 31, 18))
    assert {row.unit: row.answers_for for row in page.rows} == dict.fromkeys((city.ward, city.department), len(within))
    early = figures(month=span, at=hanoi(2026, 11, 4, 23))
    assert early.answers_for == 2 * len([at for at in within if at < hanoi(2026, 11, 5, 0)])


def test_the_page_of_offices_costs_the_same_few_queries_at_any_size(
    client, official, city, merged, django_assert_max_num_queries
):
    busy(city, 1)
    client.get(reverse(ADDRESS))
    with django_assert_max_num_queries(12) as small:
        assert client.get(reverse(ADDRESS)).status_code == 200
    make_units()
    busy(city, 20)
    with django_assert_max_num_queries(12) as large:
        assert client.get(reverse(ADDRESS)).status_code == 200
    assert len(large) == len(small)


def test_both_rates_are_beside_what_they_are_shares_of(client, official, city):
    busy(city, 3)
    recount_everything()
    LegTally.objects.create(unit=city.ward, day=timezone.localdate(), early=1, on_time=1, late=1)
    soup = BeautifulSoup(client.get(reverse(ADDRESS)).content, "html.parser")
    table = soup.find("caption", string="Tỷ lệ đúng hạn của hồ sơ và của chặng").find_parent("table")
    assert [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in table.select("tbody tr")] == [
        ["hồ sơ, với người dân", "0", "6", "6", "0%"],
        ["chặng, với từng đơn vị", "2", "3", "1", "66,7%"],
    ]


@pytest.mark.parametrize(("name", "value"), [("ky", "1999-13"), ("theo", "mai-sau"), ("tinh-den", "2999-01-01")])
def test_what_the_page_of_offices_cannot_be_asked_is_shown_beside_the_field(client, official, name, value):
    response = client.get(reverse(ADDRESS), {name: value})
    assert response.status_code == 422
    assert f"id_{name}_error" in response.content.decode()


def test_the_page_of_offices_speaks_english_too(client, official, city):
    busy(city, 1)
    assert client.get("/en/dieu-hanh/chang/").status_code == 200


@pytest.mark.parametrize("role", [Membership.Role.CLERK, Membership.Role.SPECIALIST, Membership.Role.ADMINISTRATOR])
def test_the_page_of_offices_does_not_exist_for_those_who_do_not_lead(client, city, role):
    client.force_login(make_user(role, city.district))
    assert client.get(reverse(ADDRESS)).status_code == 404


def test_who_is_not_logged_in_is_asked_to_before_the_page_of_offices(client, city):
    response = client.get(reverse(ADDRESS))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_a_wards_leader_sees_the_figures_of_no_other_office(client, city):
    busy(city, 2)
    client.force_login(make_user(Membership.Role.LEADER, city.ward))
    response = client.get(reverse(ADDRESS))
    assert {row.unit for row in response.context["page"].rows} == {city.ward, city.ward_desk}
    assert city.department.name not in response.content.decode()
