"""The official's page: who may open it, that its figures are true, and what it costs."""

import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from complaints.loading import load_rules
from dossiers.clock.states import Status
from dossiers.models import Dossier, Rating
from reporting.dashboards.overview.figures import overview
from reporting.definitions.on_time import Counts, Rate
from reporting.definitions.periods import Month
from reporting.rollup.actions import recount_everything
from reporting.rollup.open_now import soon_until
from reporting.rollup.reading import Period
from reporting.rollup.reconciliation import reconcile
from tests.factories import hanoi, make_user
from tests.reporting.dashboards.test_cases import answered
from tests.reporting.helpers import dossier, held, offer, save
from units.calendar.lookup import working_calendar
from units.models import Unit

NOW = hanoi(2026, 11, 23, 10)
NOVEMBER = Month(2026, 11)


def page(units, month=NOVEMBER, *, at=NOW, whole=False):
    return overview(units, month, at=at, soon_until=soon_until(at, working_calendar()), whole=whole)


def done(offering, finished_at, *, late=False, early=False):
    """A dossier finished at a moment: an hour before its promise, an hour after it, or two days before it."""
    due_at = finished_at + (timedelta(hours=-1) if late else timedelta(days=2) if early else timedelta(hours=1))
    return dossier(offering, received_at=due_at - timedelta(days=5), due_at=due_at, finished_at=finished_at)


@pytest.fixture
def november(city):
    """Ward: 9 of 10 on time in November, 8 of 10 in October, 2 overdue; department: 4 of 4 early, 1 overdue."""
    ward, department = offer(city.ward, field="ho-tich"), offer(city.department, field="xay-dung")
    save(
        *(done(ward, hanoi(2026, 11, 10, 11), late=n == 0) for n in range(10)),
        *(done(ward, hanoi(2026, 10, 10, 11), late=n < 2) for n in range(10)),
        *(done(department, hanoi(2026, 11, 17, 11), early=True) for _ in range(4)),
        dossier(ward, due_at=hanoi(2026, 11, 20, 17)),
        dossier(ward, due_at=hanoi(2026, 11, 23, 9)),
        dossier(department, due_at=hanoi(2026, 11, 19, 17)),
        dossier(ward, due_at=hanoi(2026, 11, 23, 17)),
        dossier(department, due_at=hanoi(2026, 11, 25, 17)),
        dossier(ward, due_at=hanoi(2026, 12, 10, 17)),
        dossier(ward, due_at=hanoi(2026, 11, 2, 17), status=Status.AWAITING_SUPPLEMENT),
        dossier(ward, due_at=hanoi(2026, 11, 2, 17), status=Status.AWAITING_PAYMENT),
    )
    recount_everything()
    return city


def test_figures_are_those_of_the_units_and_the_month(november):
    shown = page(list(Unit.objects.all()))
    assert shown.counts == Counts(received=19, early=4, on_time=9, late=1)
    assert shown.counts.rate == Rate(13, 14)
    assert shown.before.rate == Rate(8, 10)
    assert str(shown.rate_change) == "12.9"
    assert (shown.overdue, shown.soon, shown.due_today) == (3, 2, 1)
    assert (shown.waiting.supplement, shown.waiting.payment, shown.waiting.paused) == (1, 1, 0)
    assert shown.rate_with_overdue == Rate(13, 17)
    assert shown.against_target == "below"


def test_the_units_that_hold_most_of_the_overdue_are_named_first(november):
    shown = page(list(Unit.objects.all()))
    assert [(holding.unit, holding.count) for holding in shown.most_overdue] == [
        (november.ward, 2),
        (november.department, 1),
    ]
    assert [row.due_at for row in shown.oldest] == sorted(row.due_at for row in shown.oldest)
    assert len(shown.oldest) == 3


def test_a_ward_sees_its_own_work_only(november):
    shown = page(list(Unit.objects.under(november.ward)))
    assert shown.counts.rate == Rate(9, 10)
    assert shown.overdue == 2
    assert [row.unit for row in shown.ranking.unranked] == [november.ward]
    assert [row.slug for row in shown.fields.shown] == ["ho-tich"]


def test_twelve_months_end_with_the_month_asked_for(november):
    shown = page(list(Unit.objects.all()), Month(2026, 10))
    assert [str(point.month) for point in shown.trend][::11] == ["2025-11", "2026-10"]
    assert shown.trend[-1].counts.rate == Rate(8, 10)
    assert shown.trend[0].counts.rate.exact is None
    assert shown.rate_with_overdue == Rate(8, 10)


def test_a_span_that_is_over_shows_what_was_open_when_it_ended_and_no_number_of_today(november):
    shown = page(list(Unit.objects.all()), Month(2026, 10))
    then = hanoi(2026, 10, 31).date()
    assert (shown.open_on, shown.overdue, shown.overdue_units, shown.oldest) == (then, 0, [], [])
    assert (shown.soon, shown.due_today, shown.waiting.count) == (None, None, 0)
    assert {row.overdue for row in (*shown.ranking.top, *shown.ranking.unranked)} == {0}
    assert page(list(Unit.objects.all())).overdue == 3


def test_half_a_month_is_compared_with_as_many_days_of_the_month_before():
    assert Period.at(NOVEMBER, NOW).same_days_before == (hanoi(2026, 10, 1).date(), hanoi(2026, 10, 23).date())
    assert Period.at(Month(2026, 10), NOW).same_days_before == (hanoi(2026, 9, 1).date(), hanoi(2026, 9, 30).date())
    last_of_march = hanoi(2026, 3, 31)
    assert Period.at(Month(2026, 3), last_of_march).same_days_before[1] == hanoi(2026, 2, 28).date()


def test_due_soon_ends_with_the_third_working_day_after_today(db):
    assert soon_until(hanoi(2026, 3, 5, 9), working_calendar()) == hanoi(2026, 3, 10, 17)


def test_an_empty_office_has_dashes_and_no_error(city):
    shown = page([city.ward])
    assert shown.counts.rate.exact is None
    assert (shown.rate_change, shown.received_change, shown.against_target) == (None, None, "unknown")
    assert (shown.ranking.size, shown.fields.shown) == (0, [])


# --- The page ----------------------------------------------------------------------------------------------------


def this_month_at_work(city, many):
    """`many` dossiers finished a moment ago at each of two units, and as many overdue: whatever the clock says."""
    now = timezone.now()
    offerings = [
        offer(unit, field=f"linh-vuc-{unit.pk}-{n}") for unit in (city.ward, city.department) for n in range(many)
    ]
    save(
        *(done(offering, now, late=n % 3 == 0) for n, offering in enumerate(offerings)),
        *(dossier(offering, due_at=now - timedelta(days=n + 1)) for n, offering in enumerate(offerings)),
        *(dossier(offering, due_at=now + timedelta(hours=1)) for offering in offerings),
        *(dossier(offering, due_at=now, status=Status.AWAITING_PAYMENT) for offering in offerings),
    )
    recount_everything()
    reconcile(at=now)


def test_the_page_costs_the_same_few_queries_at_any_size(client, official, city, django_assert_max_num_queries):
    address = reverse("reporting:overview")
    this_month_at_work(city, 1)
    client.get(address)
    with django_assert_max_num_queries(12) as small:
        assert client.get(address).status_code == 200
    this_month_at_work(city, 12)
    with django_assert_max_num_queries(12) as large:
        assert client.get(address).status_code == 200
    assert len(large) == len(small)


def count_in(text):
    return int(re.search(r"\d+", text.replace(".", "")).group())


def test_the_page_of_a_past_month_leads_to_lists_of_its_last_day(client, official, city):
    this_month_at_work(city, 1)
    past = Month.of(timezone.now()).plus(-1)
    soup = BeautifulSoup(client.get(reverse("reporting:overview"), {"ky": str(past)}).content, "html.parser")
    assert "lúc này" not in soup.main.get_text().lower()
    links = {link["href"] for link in soup.select("main a[href*='=qua-han'], main a[href*='=cho&']")}
    assert links
    for link in links:
        assert f"tinh-den={past.last}" in link
    # and so does a list to which a past month is given by hand
    listed = client.get(reverse("reporting:dossiers"), {"tinh-trang": "qua-han", "thang": str(past)})
    assert (held(listed), "lúc này" in listed.content.decode()) == (0, False)
    for sort in ("sap-den-han", "cham-buoc"):
        refused = client.get(reverse("reporting:dossiers"), {"tinh-trang": sort, "thang": str(past)})
        assert refused.status_code == 422


def test_every_figure_is_a_link_to_a_list_that_holds_as_many(client, official, city):
    this_month_at_work(city, 3)
    soup = BeautifulSoup(client.get(reverse("reporting:overview") + "?tat-ca=1").content, "html.parser")
    links = {link["href"]: link for link in soup.select("main a[href*='ho-so/?tinh-trang=']")}
    shown = page(list(Unit.objects.all()), Month.of(timezone.now()), at=timezone.now())
    expected = {
        "dung-han": shown.counts.in_time,
        "truoc-han": shown.counts.early,
        "tiep-nhan": shown.counts.received,
        "qua-han": shown.overdue,
        "sap-den-han": shown.soon,
        "cho": shown.waiting.count,
        "tre-han": shown.counts.late,
        "tre-da-hen-lai": 0,
        "tu-choi": 0,
        "rut-dung": 0,
    }
    kinds = set()
    for href, link in links.items():
        kind = re.search(r"tinh-trang=([a-z-]+)", href)[1]
        narrowed = "don-vi=" in href or "linh-vuc=" in href
        listed = held(client.get(href))
        if not narrowed:
            assert listed == expected[kind], href
        elif link.select_one(".vh"):
            assert listed == count_in(link.get_text().split()[-1]), href
        else:
            resolved = link.find_parent("tr").select("td.num:not(.muted)")[0]
            assert kind in ("da-tra", "qua-han"), href
            assert kind == "qua-han" or listed == count_in(resolved.get_text()), href
        kinds.add((kind, narrowed))
    assert kinds >= {(kind, False) for kind in expected}
    assert kinds >= {("da-tra", True), ("tre-han", True), ("qua-han", True), ("sap-den-han", True)}


def test_the_three_rates_are_printed_with_what_they_are_shares_of(client, official, city):
    this_month_at_work(city, 3)
    soup = BeautifulSoup(client.get(reverse("reporting:overview")).content, "html.parser")
    table = soup.find("caption", string="Ba cách tính tỷ lệ đúng hạn").find_parent("table")
    cells = [[cell.get_text(strip=True) for cell in row.select("td")] for row in table.select("tbody tr")]
    received = Dossier.objects.filter(received_at__gte=Month.of(timezone.now()).start).count()
    assert cells[0] == ["4", "6", "66,7%", "30,0–90,3%"]
    assert cells[1] == ["4", "12", "33,3%", "13,8–60,9%"]
    assert cells[2][:2] == ["4", str(received)]


def test_a_month_that_is_not_offered_is_shown_beside_the_field(client, official):
    response = client.get(reverse("reporting:overview") + "?thang=1999-13")
    assert response.status_code == 422
    assert "error" in response.content.decode()


def test_a_past_month_can_be_asked_for(client, official):
    month = Month.of(timezone.now()).plus(-3)
    response = client.get(reverse("reporting:overview") + f"?thang={month}")
    assert response.status_code == 200
    assert str(response.context["page"].period.span) == str(month)


def test_the_page_speaks_english_too(client, official):
    response = client.get("/en/dieu-hanh/")
    assert response.status_code == 200


@pytest.mark.parametrize("name", ["reporting:overview", "reporting:dossiers"])
def test_who_is_not_logged_in_is_asked_to(client, city, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["reporting:overview", "reporting:dossiers"])
@pytest.mark.parametrize(
    "role", [Membership.Role.CLERK, Membership.Role.SPECIALIST, Membership.Role.EDITOR, Membership.Role.ADMINISTRATOR]
)
def test_the_page_does_not_exist_for_those_who_do_not_lead(client, city, name, role):
    client.force_login(make_user(role, city.district))
    assert client.get(reverse(name)).status_code == 404


def test_a_wards_leader_sees_the_ward_and_nothing_beside_it(client, november):
    client.force_login(make_user(Membership.Role.LEADER, november.ward))
    content = client.get(reverse("reporting:overview")).content.decode()
    assert november.ward.name in content
    assert november.department.name not in content
    assert november.district.name not in BeautifulSoup(content, "html.parser").select_one("main").get_text()


@pytest.fixture
def july(city):
    """Two cases answered in time and one late; six who rated the ward, five of them satisfied, and one the other ward,
    which is one too few to be told of, also by subtraction."""
    load_rules()
    for day in (6, 7):
        answered(city.ward, at=hanoi(2026, 7, day, 9))
    answered(city.other_ward, at=hanoi(2026, 5, 4, 9), took=timedelta(days=60))
    scores = [(city.ward, 5)] * 4 + [(city.ward, 4), (city.ward, 2), (city.other_ward, 1)]
    Rating.objects.bulk_create(
        Rating(month=date(2026, 7, 1), desk=city.ward_desk, handler=unit, score=score) for unit, score in scores
    )
    offering = offer(city.ward)
    save(dossier(offering, due_at=hanoi(2026, 7, 9), finished_at=hanoi(2026, 7, 8)))
    recount_everything()


def test_cases_and_ratings_are_beside_the_dossiers_and_lead_to_what_they_count(client, official, city, july):
    soup = BeautifulSoup(client.get(reverse("reporting:overview"), {"ky": "2026-07"}).content, "html.parser")
    tiles = {tile.a.get_text(): tile for tile in soup.select(".kpi")}
    cases, ratings = tiles["Phản ánh, khiếu nại"], tiles["Hài lòng"]
    assert cases.select_one(".kpi__n").get_text() == "66,7%"
    assert "2 trong 3 trả lời đúng hạn" in cases.get_text()
    assert client.get(cases.a["href"]).context["page"].paginator.count == 2
    assert ratings.select_one(".kpi__n").get_text() == "83,3%"
    assert "6 lượt đánh giá" in ratings.get_text()
    assert "83,3%" in client.get(ratings.a["href"]).content.decode()
    (row,) = (row for row in soup.select("tbody tr") if row.th and row.th.get_text(strip=True) == city.ward.name)
    assert row.select("td")[-1].get_text(strip=True) == "83,3%"


def test_too_few_ratings_of_a_unit_and_those_of_parts_of_a_month_are_not_told(client, official, city, july):
    def tile(**asked):
        soup = BeautifulSoup(client.get(reverse("reporting:overview"), asked).content, "html.parser")
        return next(tile for tile in soup.select(".kpi") if tile.a.get_text() == "Hài lòng").get_text(" ", strip=True)

    assert tile(ky="2026-07", **{"don-vi": city.other_ward.slug}) == "Hài lòng — chưa đủ lượt đánh giá"
    assert tile(ky="2026-07-01_2026-07-30") == "Hài lòng — đánh giá chỉ ghi theo tháng"
    assert tile(ky="2026", **{"tinh-den": "2026-07-30"}) == "Hài lòng — đánh giá chỉ ghi theo tháng"


def test_the_page_leads_to_the_official_report_of_the_same_days_and_units(client, official, city, july):
    asked = {"ky": "2026-Q3", "don-vi": city.ward.slug, "pham-vi": "rieng"}
    soup = BeautifulSoup(client.get(reverse("reporting:overview"), asked).content, "html.parser")
    sheet, paper = soup.select("main a[href*='bieu-06a/bao-cao.']")
    assert client.get(sheet["href"]).headers["Content-Disposition"].endswith('-2026-Q3.xlsx"')
    assert client.get(paper["href"]).content.startswith(b"%PDF")
    assert "pham-vi=rieng" in sheet["href"]
    past = client.get(reverse("reporting:overview"), asked | {"tinh-den": "2026-07-30"}).content.decode()
    assert "bao-cao.xlsx" not in past
