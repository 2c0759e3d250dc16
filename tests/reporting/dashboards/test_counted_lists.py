"""Long lists that a roll-up has counted: as many rows as there are, each on one page, and nobody else's."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from django.core.paginator import Paginator
from django.db.models import F
from django.urls import reverse

from accounts.models import Membership
from complaints.clock.states import Kind
from complaints.loading import load_rules
from complaints.models import Case, CaseQuerySet
from complaints.models.labels import READING_ROLES
from dossiers.clock.states import Outcome, Status
from dossiers.models import Dossier, DossierLeg
from reporting.dashboards.cases.lists import ABOUT_NOW, CaseListKind, counted_cases, listed_cases
from reporting.dashboards.counted_lists import CountedDays, CountedList
from reporting.dashboards.list_kinds import ListKind
from reporting.dashboards.lists.dossiers import COUNTED_AS
from reporting.dashboards.lists.legs import LEGS_COUNTED_AS, counted_legs, listed_legs
from reporting.dashboards.lists.queries import ListQuery, counted_dossiers, dossiers_behind
from reporting.definitions.periods import Span
from reporting.models import CaseTally, LegTally
from reporting.permissions import READERS
from reporting.rollup.actions import recount_everything
from tests.complaints.cases import make_inspector, received
from tests.factories import hanoi, make_process, make_user
from tests.reporting.dashboards.test_cases import answered
from tests.reporting.helpers import dossier, offer, save
from units.calendar.lookup import working_calendar
from units.models import Unit

NOW = hanoi(2026, 7, 31, 17)
YEAR = Span.parse("2026")


@pytest.fixture
def year(city):
    """Of two procedures at two desks, in two ways, with every end, on the edges of days and months."""
    offerings = [offer(city.ward, field="mot"), offer(city.other_ward, field="hai")]
    ends = (
        {"due_at": hanoi(2026, 3, 2, 17)},
        {"due_at": hanoi(2026, 3, 1, 0)},
        {"due_at": hanoi(2026, 2, 20), "new_due_at": hanoi(2026, 2, 27)},
        {"due_at": hanoi(2026, 3, 9), "status": Status.REFUSED},
        {"due_at": hanoi(2026, 3, 9), "outcome": Outcome.WITHDRAWN},
    )
    finished = (hanoi(2026, 2, 28, 23, 59), hanoi(2026, 3, 1), hanoi(2026, 3, 1))
    save(
        *(
            dossier(offering, received_at=at - timedelta(days=20), finished_at=at, intake=intake, **end)
            for offering, end, at, intake in product(offerings, ends, finished, ("desk", "online"))
        ),
        *(dossier(offering, received_at=hanoi(2026, 2, day)) for offering in offerings for day in (8, 8, 9)),
    )
    recount_everything()
    return city


def test_a_list_is_counted_as_it_is_however_it_is_narrowed(year):
    """The roll-up's number of rows is that of the dossiers themselves."""
    reader = make_user(Membership.Role.OFFICIAL, year.district)
    one = Dossier.objects.select_related("procedure", "receiving_desk").filter(handler=year.ward)[0]
    ref, desk = {"procedure": one.procedure.ref}, {"desk": one.receiving_desk.slug}
    narrowed = [{}, {"field": "mot"}, ref, {"channel": "online"}, desk, ref | desk, desk | {"channel": "desk"}]
    narrowed += [{"field": "mot", "channel": "desk"}, {"month": Span.parse("2026-02")}]
    asked = ListQuery(ListKind.RECEIVED, list(Unit.objects.values_list("pk", flat=True)), YEAR)
    more = {"at": NOW, "soon": NOW, "calendar": working_calendar()}
    for kind, few in product(COUNTED_AS, narrowed):
        this = replace(asked, kind=kind, **few)
        behind = dossiers_behind(this, reader, **more)
        found = counted_dossiers(this, behind)
        assert isinstance(found, CountedList) != (few == ref | desk)
        assert len(found) == behind.count(), this
        assert len(found) or few, kind


@pytest.fixture
def legs(year):
    """Of each finished dossier: one without a step, two of the same step at its desk, one at the department cut short,
    one that was no work; in time and late, on the edges of days and months."""
    for file in Dossier.objects.filter(finished_at__isnull=False).select_related("version", "desk"):
        steps = file.version.processes.first() or make_process(file.version, ("desk", 8), ("handler", 8))
        desk, handler = steps.steps.order_by("position")
        done = {"handed_over_at": file.received_at, "accepted_at": file.received_at, "hours": 8}
        done |= {"due_at": file.due_at, "finished_at": file.finished_at}
        several = (
            {"position": 1, "unit": file.handler},
            {"position": 2, "unit": file.handler, "step": desk},
            {"position": 3, "unit": file.handler, "step": desk, "finished_at": file.due_at},
            {"position": 4, "unit": year.department, "step": handler, "skipped": True},
            {"position": 5, "unit": year.department, "step": handler, "hours": 0},
            {"position": 6, "unit": year.department, "hours": 0},
        )
        DossierLeg.objects.bulk_create(DossierLeg(dossier=file, **(done | one)) for one in several)
    recount_everything()
    return year


def test_a_list_of_legs_is_counted_as_it_is_however_it_is_narrowed(legs):
    reader = make_user(Membership.Role.OFFICIAL, legs.district)
    every = ListQuery(ListKind.LEGS, list(Unit.objects.values_list("pk", flat=True)), YEAR)
    shown = [{}, {"place": "desk"}, {"place": "handler"}, {"units": [legs.ward.pk]}, {"month": Span.parse("2026-02")}]
    ref = Dossier.objects.filter(handler=legs.ward)[0].procedure.ref
    shown += [
        {"field": "mot"},
        {"procedure": ref},
        {"field": "mot", "place": "desk"},
        {"field": "mot", "procedure": ref},
    ]
    shown += [{"step": "Khâu 1"}, {"step": ""}, {"step": "Khâu 1", "place": "desk"}]
    empty = [{"step": "", "place": "desk"}, {"step": "Khâu 1", "place": "handler"}, {"field": "hai", "procedure": ref}]
    others = [{"channel": "online"}, {"field": "mot", "step": ""}, {"procedure": ref, "step": "Khâu 1"}]
    for kind, few in product(LEGS_COUNTED_AS, (*shown, *empty, *others)):
        this = replace(every, kind=kind, **few)
        listed = listed_legs(this, reader, until=NOW)
        found = counted_legs(this, listed, until=NOW)
        assert isinstance(found, CountedList) == (few not in others)
        assert len(found) == listed.count(), this
        assert bool(len(found)) == (few not in empty), this
        assert [row for page in Paginator(found, 7) for row in page.object_list] == list(listed), this


def test_a_list_of_legs_until_the_end_of_a_day_is_counted_until_then(legs):
    """The page of steps counts until the last night, and so does the list behind its numbers."""
    reader, everybody = (
        make_user(Membership.Role.OFFICIAL, legs.district),
        list(Unit.objects.values_list("pk", flat=True)),
    )
    midnight, whole = hanoi(2026, 3, 1, 0), ListQuery(ListKind.LEGS, everybody, YEAR)
    for few in ({"step": "Khâu 1"}, {"step": ""}, {"field": "mot"}, {}):
        asked = replace(whole, **few)
        until = listed_legs(asked, reader, until=midnight)
        found = counted_legs(asked, until, until=midnight)
        assert len(found) == until.count() < listed_legs(asked, reader, until=NOW).count(), few
        assert list(found[0:200]) == list(until), few


def test_a_list_of_legs_has_a_row_for_each_of_a_dossier_and_asks_as_often_for_one_as_for_fifty(
    client, legs, django_assert_num_queries
):
    client.force_login(make_user(Membership.Role.LEADER, legs.ward))
    asked = {"tinh-trang": "chang-xong", "ky": "2026-02"}
    client.get(reverse("reporting:dossiers"), asked)
    with django_assert_num_queries(7):
        page = client.get(reverse("reporting:dossiers"), asked)
    rows = page.context["rows"]
    assert len(rows) == page.context["page"].paginator.count > len({row.dossier for row in rows})
    assert {row.unit for row in rows} == {legs.ward}
    assert {row.step for row in rows} == {"", "Khâu 1"}
    with django_assert_num_queries(7):
        whole = client.get(reverse("reporting:dossiers"), asked | {"ky": "2026"})
    assert len(whole.context["rows"]) == 50


def test_legs_counted_wrongly_show_nobody_one_that_is_not_theirs(client, legs):
    LegTally.objects.filter(unit=legs.ward, late__gt=0).update(late=90)
    client.force_login(make_user(Membership.Role.LEADER, legs.ward))
    asked = {"tinh-trang": "chang-tre", "ky": "2026-03"}
    page = client.get(reverse("reporting:dossiers"), asked).context["page"]
    late = DossierLeg.objects.filter(unit=legs.ward, finished_at__gt=F("due_at"), finished_at__gte=hanoi(2026, 3, 1))
    assert set(page.object_list) == set(late)
    assert page.paginator.count > late.count() > 0


def test_every_row_is_on_one_page_in_the_order_of_all(year):
    rows = Dossier.objects.filter(finished_at__isnull=False).order_by("-finished_at", "pk")
    march, february = date(2026, 3, 1), date(2026, 2, 28)
    days = [CountedDays(march, march, 40), CountedDays(february, february, 20)]
    for size in (1, 7, 20, 41, 60, 100):
        pages = Paginator(CountedList(rows, "finished_at", days), size)
        assert [row for page in pages for row in page.object_list] == list(rows), size
        months = Paginator(CountedList(rows, "finished_at", [CountedDays(february, march, 60)]), size)
        assert [row for page in months for row in page.object_list] == list(rows), size
    assert CountedList(rows, "finished_at", days)[60:70] == []
    assert Paginator(CountedList(rows.none(), "finished_at", []), 50).get_page(3).object_list == []


def test_what_was_counted_wrongly_shows_nobody_a_case_that_is_not_theirs(client, city):
    load_rules()
    make_inspector(city.ward)
    mine = [answered(city.ward, at=hanoi(2026, 7, 6, 9)) for _ in range(2)]
    answered(city.other_ward, at=hanoi(2026, 7, 6, 9))
    received(city.ward, Kind.DENUNCIATION, at=hanoi(2026, 7, 6, 9))
    recount_everything()
    CaseTally.objects.filter(on_time__gt=0).update(on_time=9)
    client.force_login(make_user(Membership.Role.LEADER, city.ward))
    page = client.get(reverse("reporting:case_list"), {"tinh-trang": "giai-quyet", "ky": "2026"}).context["page"]
    assert (page.paginator.count, set(page.object_list)) == (9, set(mine))


def test_a_list_of_cases_is_counted_as_it_is_however_it_is_narrowed(city):
    load_rules()
    make_inspector(city.ward)
    for kind, day in product((Kind.PETITION, Kind.QUESTION), (6, 7)):
        answered(city.ward, at=hanoi(2026, 7, day, 9), kind=kind)
    answered(city.ward, at=hanoi(2026, 5, 4, 9), took=timedelta(days=60))
    received(city.ward, Kind.DENUNCIATION, at=hanoi(2026, 7, 6, 9))
    recount_everything()
    mine: CaseQuerySet = Case.objects.filter(unit=city.ward)
    narrower = ({}, {"kind": "question"}, {"channel": "web"}, {"category": None})
    for kind, narrowed in product(set(CaseListKind) - ABOUT_NOW, narrower):
        rows = listed_cases(kind, mine.filter(**narrowed), span=YEAR, at=NOW)
        found = counted_cases(kind, rows, [city.ward.pk], narrowed, YEAR)
        assert list(found[0:50]) == list(rows), narrowed
        assert len(found) == rows.count(), (kind, narrowed)


def test_whoever_reads_figures_of_a_unit_may_read_its_plain_cases():
    """So that a list that was counted holds for them as many as there are."""
    assert set(READERS) <= set(READING_ROLES)


def test_sorts_of_this_moment_are_counted_as_they_are_opened(city):
    rows = Dossier.objects.overdue(NOW)
    assert counted_dossiers(ListQuery(ListKind.OVERDUE, [city.ward.pk], YEAR), rows) is rows
