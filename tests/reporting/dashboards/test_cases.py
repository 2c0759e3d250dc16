"""The figures of the inbox: what is counted, that lists hold as many, and that sealed cases are in none of them."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from complaints.clock.states import Kind, Outcome
from complaints.loading import load_rules
from complaints.models import Category
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.answer.actions import answer_case
from complaints.operations.settlement.actions import reopen_case, withdraw_case
from reporting.definitions.periods import Month, PeriodLength, Span
from reporting.definitions.targets import PUBLISH_FROM
from reporting.models import CaseTally, CaseTime
from reporting.rollup import nightly_counts
from reporting.rollup.actions import recount_everything, recount_stale
from reporting.rollup.cases import case_figures
from reporting.rollup.reading import Period
from reporting.rollup.reconciliation import reconcile
from tests.complaints.cases import in_work, make_inspector, received
from tests.factories import hanoi, make_units, make_user
from tests.reporting.helpers import held
from units.models import Unit

NOW = hanoi(2026, 7, 31, 9)
JULY = Period.at(Month(2026, 7), NOW)


@pytest.fixture
def city(db):
    load_rules()
    return make_units()


def answered(unit, *, at, took=timedelta(days=1), **more):
    case = in_work(unit, at=at, **more)
    return answer_case(case=case, answer="Đã sửa xong vỉa hè.", outcome=Outcome.EXPLAINED, actor=None, at=at + took)


@pytest.fixture
def july(city):
    """At the ward three petitions: one answered in time, one two months late, one open; a grievance withdrawn; at the
    other ward one question answered the same day."""
    answered(city.ward, at=hanoi(2026, 7, 6, 9))
    answered(city.ward, at=hanoi(2026, 5, 4, 9), took=timedelta(days=60))
    in_work(city.ward, at=hanoi(2026, 7, 20, 9))
    grievance = received(city.ward, Kind.GRIEVANCE, at=hanoi(2026, 7, 7, 9))
    why = "Đã thỏa thuận xong với phường"
    withdraw_case(case=grievance, goes_on=False, reason=why, actor=None, at=hanoi(2026, 7, 8, 9))
    answered(city.other_ward, at=hanoi(2026, 7, 9, 9), took=timedelta(hours=2), kind=Kind.QUESTION)
    while recount_stale():
        pass
    return city


def figures(units=None, period=JULY, at=NOW):
    return case_figures(units or list(Unit.objects.all()), period, at=at)


def test_each_act_marks_the_days_on_which_it_counts(july):
    counts = figures().counts
    assert (counts.received, counts.on_time, counts.late, counts.withdrawn) == (4, 2, 1, 1)
    assert figures([july.ward]).counts.received == 3
    assert figures().open == 1
    assert {line.key: line.counts.received for line in figures().kinds} == {
        "grievance": 1,
        "petition": 2,
        "question": 1,
    }


def test_what_was_kept_equals_a_count_of_everything(july):
    stored = list(CaseTally.objects.order_by("pk").values_list("unit", "day", "kind", "received", "on_time", "late"))
    recount_everything()
    counted = CaseTally.objects.values_list("unit", "day", "kind", "received", "on_time", "late")
    assert sorted(stored) == sorted(counted)
    assert reconcile(at=NOW).is_good


def test_a_case_taken_up_again_is_settled_only_once_it_is_answered_again(july):
    case = answered(july.ward, at=hanoi(2026, 7, 13, 9))
    reopen_case(case=case, why="Vỉa hè lại bị đào lên như trước", actor=None, at=hanoi(2026, 7, 15, 9))
    while recount_stale():
        pass
    assert (figures().counts.settled, figures().counts.reopened) == (3, 0)
    case.refresh_from_db()
    form = {"answer": "Đã sửa lại vỉa hè lần nữa.", "outcome": Outcome.EXPLAINED}
    answer_case(case=case, actor=None, at=hanoi(2026, 7, 16, 9), **form)
    while recount_stale():
        pass
    assert (figures().counts.settled, figures().counts.reopened) == (4, 1)


def test_a_petition_that_proves_to_be_a_denunciation_leaves_every_figure(july):
    make_inspector(july.ward)
    case = received(july.ward, at=hanoi(2026, 7, 21, 9))
    while recount_stale():
        pass
    assert figures().counts.received == 5
    sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=None, at=hanoi(2026, 7, 21, 10))
    while recount_stale():
        pass
    nightly_counts.count_nightly(at=NOW)
    assert figures().counts.received == 4
    assert not CaseTally.objects.filter(kind__startswith="denunciation").exists()
    assert not CaseTime.objects.filter(kind__startswith="denunciation").exists()


def test_another_category_is_another_line(july):
    category = Category.objects.filter(kind="petition").first()
    case = received(july.ward, at=hanoi(2026, 7, 21, 9))
    sort_case(case=case, sorting=Sorting(Kind.PETITION, category=category), actor=None, at=hanoi(2026, 7, 21, 10))
    while recount_stale():
        pass
    assert {line.key: line.counts.received for line in figures().categories} == {"": 4, category.code: 1}


def test_working_days_are_those_after_the_day_of_receipt(july):
    nightly_counts.count_nightly(at=NOW)
    days = figures().days
    assert days.counts[0] == days.counts[1] == 1  # the question of the same day, the petition of the next
    assert days.n == 3
    assert days.median == 1


@pytest.mark.parametrize("asked", ["ky=2026-07", "ky=2026"])
def test_every_number_of_the_page_leads_to_a_list_that_holds_as_many(client, july, asked):
    client.force_login(make_user(Membership.Role.OFFICIAL, july.district))
    shown = client.get(f"{reverse('reporting:cases')}?{asked}")
    soup = BeautifulSoup(shown.content, "html.parser")
    links = soup.select("main table a[href*='tinh-trang=']")
    assert len(links) > 10
    for link in links:
        listed = held(client.get(link["href"]))
        assert listed == int(link.get_text().split()[-1]), link["href"]
    tiles = soup.select("main .kpi a[href*='tinh-trang=dang-mo']")
    if shown.context["period"].is_current:
        assert [held(client.get(tile["href"])) for tile in tiles] == [1]
    else:  # of a span that is over no number of today
        assert tiles == []
        assert "lúc này" not in soup.main.get_text().lower()
        assert (
            client.get(reverse("reporting:case_list"), {"tinh-trang": "dang-mo", "ky": "2026-07"}).status_code == 422
        )


def test_a_leader_sees_the_own_unit_only_and_nobody_else_sees_anything(client, july):
    client.force_login(make_user(Membership.Role.LEADER, july.ward))
    assert client.get(reverse("reporting:cases"), {"ky": "2026-07"}).context["figures"].counts.received == 3
    assert client.get(reverse("reporting:cases"), {"don-vi": july.other_ward.slug}).status_code == 404
    assert client.get(reverse("reporting:case_list"), {"don-vi": july.other_ward.slug}).status_code == 404
    client.force_login(make_user(Membership.Role.CLERK, july.ward))
    assert client.get(reverse("reporting:cases")).status_code == 404


def test_what_cannot_be_asked_is_shown_beside_the_field(client, july):
    client.force_login(make_user(Membership.Role.LEADER, july.ward))
    answer = client.get(reverse("reporting:case_list"), {"loai": "denunciation"})
    assert answer.status_code == 422
    assert answer.context["form"]["loai"].errors


def test_the_page_asks_the_database_as_often_however_many_cases_there_are(client, july):
    client.force_login(make_user(Membership.Role.OFFICIAL, july.district))
    address = reverse("reporting:cases")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    now = timezone.now()
    for n in range(6):
        answered(july.ward, at=now - timedelta(days=3, minutes=n), took=timedelta(days=1))
    recount_everything()
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few) <= 12


def test_months_of_a_span_that_begins_amid_one_are_whole(july):
    nightly_counts.count_nightly(at=NOW)
    span = Span(PeriodLength.RANGE, Month(2026, 7).first.replace(day=20), Month(2026, 7).last)
    assert figures(period=Period.at(span, NOW)).days.n == 3


def test_the_board_tells_kinds_with_enough_of_them_only(client, july):
    now = timezone.now()
    for n in range(PUBLISH_FROM):
        answered(july.ward, at=now - timedelta(days=3, minutes=n))
    answered(july.ward, at=now - timedelta(days=3), kind=Kind.PRAISE)
    recount_everything()
    page = BeautifulSoup(client.get(reverse("reporting:public")).content, "html.parser")
    rows = page.select("section[aria-labelledby=voices] tbody tr")
    assert [row.th.get_text() for row in rows] == ["Kiến nghị, phản ánh"]
