"""Every situation of a one-stop desk is alive in the demo district, however small it is loaded."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db.models import F, Q
from django.test import Client

from accounts.citizens.identity import is_number_of
from accounts.citizens.secret import opens
from accounts.models import User
from dossiers.book.form_06 import book_rows, dossiers_in_book
from dossiers.clock.overdue import finished_late, is_behind_schedule
from dossiers.clock.states import OPEN, EventKind, Outcome, Status
from dossiers.demo.loading import Loaded
from dossiers.demo.plan import read_proportions
from dossiers.demo.recent import last_in_office
from dossiers.demo.scans import scan_papers
from dossiers.demo.situations import SITUATIONS
from dossiers.models import (
    Apology,
    Consultation,
    Dossier,
    DossierEvent,
    DossierLeg,
    ReceivedDocument,
    ReturnRecord,
    Scan,
    Slip,
    SupplementRequest,
    Visit,
    YearCounter,
)
from dossiers.operations.api import DossierState
from dossiers.queue.filters import LATE, Filters, find_rows
from dossiers.reminders.daily_worklist_rows import DayCounts, day_counts, day_rows
from dossiers.reminders.due import HeldLeg, held_leg_reminders
from dossiers.slips.issued import issued_data, issued_pdf
from dossiers.slips.travelling import leg_result
from dossiers.workload.counts import UnitWork, Workload, work_at
from notices.models import Notice
from portal.embedded.demo import LOGINS
from reporting.dashboards.ages.figures import age_rows
from reporting.dashboards.list_kinds import ListKind
from reporting.dashboards.lists.queries import ListQuery, dossiers_behind
from reporting.dashboards.officers.figures import unit_loads
from reporting.dashboards.overview.figures import overview
from reporting.definitions.periods import Month, months_until
from reporting.open_data.dictionary import OPEN as OPEN_ROWS
from reporting.open_data.making import make_edition
from reporting.public.figures import home_figures, public_figures
from reporting.reports.ii_06a_counts import read_form_06a
from reporting.rollup.actions import recount_everything
from reporting.rollup.open_now import OVERDUE, read_open, soon_until
from reporting.rollup.open_on_day import read_open_on_day
from reporting.rollup.reading import read_months
from tests.dossiers.demo.alive import ALIVE, NOW, waiting_in
from tests.factories import hanoi
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("situation", ALIVE)
def test_a_situation_is_alive(demo: Loaded, situation: str):
    assert ALIVE[situation]().exists()


def test_every_kind_of_event_happens(demo: Loaded):
    assert set(DossierEvent.objects.values_list("kind", flat=True)) == {kind.value for kind in EventKind}


def test_everybody_who_signs_in_has_been_told_what_is_due_and_late(demo: Loaded):
    shown: dict[str, set[str]] = defaultdict(set)
    for username, kind in Notice.objects.values_list("recipient__username", "kind"):
        shown[username].add(kind)
    assert shown[LOGINS["clerk"]] >= {"dossier_overdue", "overdue", "not_handed_over", "not_accepted"}
    assert shown[LOGINS["leader"]] >= {"apology_drafted"}
    assert shown[LOGINS["official"]] >= {"escalated", "consult_late", "calendar_draft"}
    assert shown[LOGINS["administrator"]] == {"calendar_draft"}
    desk = Unit.objects.desks().get(parent__is_tenant=True)
    assert Notice.objects.filter(kind="morning", recipient=None, unit=desk).count() == 1
    assert set().union(*shown.values()) >= {"apology_possible"}


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (hanoi(2026, 11, 23, 10, 30), hanoi(2026, 11, 23, 10, 30)),
        (hanoi(2026, 11, 23, 6), hanoi(2026, 11, 20, 16, 59, 59)),
        (hanoi(2026, 11, 23, 12, 30), hanoi(2026, 11, 23, 11, 59, 59)),
        (hanoi(2026, 11, 23, 23), hanoi(2026, 11, 23, 16, 59, 59)),
        (hanoi(2026, 2, 20, 10), hanoi(2026, 2, 13, 16, 59, 59)),
    ],
    ids=["in office hours", "before them", "at noon", "at night", "in the days off of Tết"],
)
def test_what_happened_last_happened_in_office_hours(demo: Loaded, now: datetime, last: datetime):
    assert last_in_office(now) == last


def test_the_data_stages_every_situation_that_can_be_told():
    assert {staged["is"] for staged in read_proportions()["situations"]} == set(SITUATIONS)


def test_every_status_and_every_outcome_is_there(demo: Loaded):
    assert set(Dossier.objects.values_list("status", flat=True)) == set(Status)
    assert set(Dossier.objects.exclude(outcome="").values_list("outcome", flat=True)) == set(Outcome)


def test_every_request_for_papers_has_its_row(demo: Loaded):
    asked = DossierEvent.objects.filter(kind=EventKind.SUPPLEMENT_ASKED)
    requests = SupplementRequest.objects.values_list("dossier_id", "asked_at")
    assert sorted(requests) == sorted(asked.values_list("dossier_id", "at"))
    waiting = SupplementRequest.objects.filter(completed_at=None, abandoned_at=None)
    assert set(waiting.values_list("dossier", flat=True)) == set(
        waiting_in(Status.AWAITING_SUPPLEMENT).values_list("pk", flat=True)
    )


def test_nothing_beside_the_events_happens_after_now(demo: Loaded):
    times = {
        Slip: "issued_at",
        Apology: "signed_at",
        Consultation: "answered_at",
        Visit: "recorded_at",
        ReturnRecord: "at",
        SupplementRequest: "completed_at",
    }
    late = {
        model.__name__: model._default_manager.filter(**{f"{name}__gt": NOW}).count() for model, name in times.items()
    }
    assert not any(late.values()), late


def test_slips_are_numbered_in_the_order_of_issue_without_a_gap_and_real_ones_continue_from_there(demo: Loaded):
    for unit, series, year, last in YearCounter.objects.exclude(series="book").values_list(
        "unit", "series", "year", "last"
    ):
        slips = Slip.objects.filter(unit=unit, form=series, year=year, version=1).order_by("number")
        assert list(slips.values_list("number", flat=True)) == list(range(1, last + 1))
        # A first receipt is stored, and numbered, when a second one replaces it.
        numbered = [slip.replaced_at or slip.issued_at for slip in slips]
        assert numbered == sorted(numbered)
    assert Slip.objects.exclude(Q(form="receipt") | Q(version=1)).count() == 0


def test_every_form_of_the_demo_can_be_printed_again(demo: Loaded):
    for form in Slip.objects.values_list("form", flat=True).distinct():
        slip = Slip.objects.filter(form=form).select_related("unit__kind", "unit__parent").order_by("-version").first()
        assert slip is not None
        assert issued_data(slip)["code"] or form == Slip.Form.HANDOVER
        assert issued_pdf(slip).startswith(b"%PDF")


def test_a_replaced_receipt_said_what_was_wrong_then(demo: Loaded):
    dossier = Dossier.objects.filter(events__data__fields=["phone"], status__in=OPEN).first()
    assert dossier is not None
    old, new = dossier.slips.filter(form="receipt").order_by("version")[:2]
    assert (old.number, old.replaced_at) == (new.number, new.issued_at)
    assert old.data["phone"] != new.data["phone"] == dossier.applicant_phone


def test_the_shown_dossiers_carry_everything_from_the_desk_to_the_city_and_back(demo: Loaded):
    assert len(demo.shown) == 3
    for shown in demo.shown:
        dossier = Dossier.objects.get(code=shown.code)
        assert opens(shown.secret, dossier.code, dossier.secret_hash)
        kinds = set(dossier.events.values_list("kind", flat=True))
        assert {"corrected", "supplement_asked", "supplemented", "reappointed"} <= kinds
        assert dossier.apologies.get().signed_at is not None
        assert not dossier.is_late_apology
        city = dossier.legs.get(unit__kind__code="agency")
        assert _is_late(city, NOW)
        assert dossier.new_due_at is not None
        assert dossier.slips.filter(form="receipt").count() == 3


def _is_late(leg: DossierLeg, at: datetime) -> bool:
    return leg.due_at is not None and leg.accepted_at is not None and (leg.finished_at or at) > leg.due_at


def test_the_finished_ones_of_them_answer_for_one_late_leg_and_have_their_control_sheet(demo: Loaded):
    finished = Dossier.objects.filter(code__in=[shown.code for shown in demo.shown], finished_at__isnull=False)
    assert finished.count() == 2
    for dossier in finished:
        city = dossier.legs.get(unit__kind__code="agency")
        assert dossier.late_unit_id == city.unit_id
        results = [leg_result(leg, NOW) for leg in dossier.legs.all()]
        assert results.count("Quá hạn") >= 1
        assert dossier.slips.get(form="control").data["legs"][city.position]["result"] == "Quá hạn"


def test_everybody_who_did_something_worked_there(demo: Loaded):
    strangers = DossierEvent.objects.filter(actor__isnull=False).exclude(
        Q(actor__memberships__unit=F("unit"))
        | Q(kind__in=[EventKind.REAPPOINTED, EventKind.RECALENDARED, EventKind.CALENDAR_UNDONE])
    )
    assert not strangers.exists()


def test_hand_overs_happen_while_the_office_is_open(demo: Loaded):
    moved = DossierEvent.objects.filter(kind__in=[EventKind.HANDED_OVER, EventKind.TAKEN_OVER, EventKind.SENT_BACK])
    hours = {at.astimezone(NOW.tzinfo).time() for at in moved.values_list("at", flat=True)}
    assert min(hours) >= time(7)
    assert max(hours) <= time(18)


def test_not_only_citizens_come_and_not_only_for_themselves(demo: Loaded):
    by_kind = {kind: Dossier.objects.filter(applicant_kind=kind) for kind in ("person", "foreigner", "organisation")}
    assert all(is_number_of(kind, one.applicant_id) for kind, found in by_kind.items() for one in found)
    assert all(found.exists() for found in by_kind.values())
    assert not by_kind["foreigner"].filter(applicant_nationality="").exists()
    assert not by_kind["organisation"].filter(Q(proxy_record=None) | Q(applicant_born_on__isnull=False)).exists()
    assert by_kind["person"].filter(proxy_record__isnull=False).exists()
    collected = ReturnRecord.objects.filter(dossier__proxy_record__isnull=False, method="desk")
    assert not collected.exclude(receiver_id=F("dossier__proxy_record__id_number")).exists()


def test_the_shown_dossiers_have_scans_of_a_paper_and_of_the_result(demo: Loaded, uploads: Path):
    made = scan_papers(shown=[shown.code for shown in demo.shown])
    scans = Scan.objects.filter(dossier__code__in=[shown.code for shown in demo.shown])
    assert 3 + 2 <= made <= 8
    assert Counter(scans.values_list("file__kind", flat=True)) == {"pdf": 3, "jpeg": 2}
    assert all((uploads / scan.file.storage_name).stat().st_size == scan.file.size for scan in scans)
    assert {scan.paper for scan in scans if not scan.is_result} <= set(
        ReceivedDocument.objects.values_list("name", flat=True)
    )


# --- One number for one question ------------------------------------------------------------------------------------


@pytest.fixture
def units(demo: Loaded) -> list[Unit]:
    return list(Unit.objects.order_by("pk"))


def _overdue(units: list[Unit]) -> dict[int, int]:
    """The regulation, dossier by dossier: the clock runs and the promise is past."""
    runs = {Status.ACCEPTED, Status.IN_PROCESS}
    rows = Dossier.objects.filter(due_at__lt=NOW).values_list("handler", "status")
    late = Counter(handler for handler, status in rows if status in runs)
    return {unit.pk: late[unit.pk] for unit in units}


def _named(numbers: dict[int, int], work: dict[int, UnitWork], day: dict[int, DayCounts]) -> Iterator[tuple[int, int]]:
    """Units that any page says something of; of all others there are no rows to count."""
    return ((key, number) for key, number in numbers.items() if number or key in day or work[key] != UnitWork({}))


def _behind(units: list[Unit]) -> dict[int, int]:
    """Leg by leg; at NOW no dossier that waits is behind schedule, however long ago its step should have ended."""
    legs = DossierLeg.objects.in_hand().select_related("dossier")
    late = Counter(leg.unit_id for leg in legs if is_behind_schedule(leg, leg.dossier, NOW))
    return {unit.pk: late[unit.pk] for unit in units}


def test_the_same_dossiers_are_overdue_on_every_page_and_in_every_message(units: list[Unit]):
    keys, soon, month = [unit.pk for unit in units], soon_until(NOW, working_calendar()), Month.of(NOW)
    work, day = work_at(keys, NOW), day_counts(keys, NOW)
    page = overview(units, month, at=NOW, soon_until=soon, whole=True)
    ranked = {row.unit.pk: row.overdue for row in (*page.ranking.top, *page.ranking.unranked)}
    together, ages = age_rows(units, NOW, working_calendar())
    aged = {row.unit.pk: row.overdue for row in ages if row.unit}
    shown = Counter(file.handler_id for file in Dossier.objects.open() if _of_api(file)["is_overdue"])
    people = {load.unit.pk: load for load in unit_loads(units, at=NOW, soon=soon)}
    for key, number in _named(_overdue(units), work, day):
        asked = find_rows(
            Dossier.objects.to_do_at([key]), Filters(tab=LATE), NOW, working_calendar(), units=[key], first=0, most=1
        )
        rows = day_rows(key, NOW)
        found = {
            "dashboard": read_open([key], NOW, soon).of(OVERDUE),
            "ranked": ranked.get(key, 0),
            "ages": aged.get(key, 0),
            "queue": asked.handled,
            "daily list": day.get(key, DayCounts()).overdue,
            "rows of the daily list": len(rows.overdue),
            "assigning, holders": work[key].overdue,
            "officers": people[key].work.overdue if key in people else 0,
            "API": shown[key],
            "form II.06a": _on_form(key, month, "overdue"),
        }
        assert set(found.values()) == {number}, (key, number, found)
        if key in people:
            assert sum((row.load for row in people[key].rows), start=Workload()) == people[key].work.here
    assert page.overdue == together.overdue == public_figures(at=NOW).overdue == sum(_overdue(units).values()) > 0


def test_the_same_were_overdue_at_the_end_of_a_month_on_its_form_on_the_board_and_in_the_open_data(
    units: list[Unit], settings: Any, tmp_path: Path
):
    settings.OPEN_DATA_DIR = tmp_path
    recount_everything()
    keys = [unit.pk for unit in units]
    noted = {
        month: read_open_on_day(keys, month.last).counts[OVERDUE] for month in months_until(Month.of(NOW), 13)[:-1]
    }
    month = max(month for month, counts in noted.items() if counts.total())
    assert {key: _on_form(key, month, "overdue") for key in keys} == {key: noted[month][key] for key in keys}
    edition = make_edition(month, at=NOW)
    assert edition
    published_rows = csv.DictReader((edition.folder / f"{OPEN_ROWS.name}.csv").read_text("utf-8").splitlines())
    assert sum(row["state"] == "overdue" for row in published_rows) == noted[month].total()


def test_the_same_were_finished_late_on_every_page_on_paper_and_in_public(units: list[Unit]):
    recount_everything()
    month = Month.of(NOW)
    rows = Dossier.objects.filter(finished_at__gte=month.start, finished_at__lt=NOW)
    late = Counter(one.handler_id for one in rows if finished_late(one.due_at, one.finished_at, one.outcome))
    board = read_months(month, month)
    for unit in units:
        found = {
            "form II.06a": _on_form(unit.pk, month, "late"),
            "board": board.month(month, unit.pk).late,
        }
        assert set(found.values()) == {late[unit.pk]}, (unit, found)
    shown = home_figures(at=NOW)
    assert shown
    assert public_figures(at=NOW).counts.late == shown.counts.late == late.total() > 0


def test_the_register_of_each_desk_tells_of_every_late_one_by_how_much(units: list[Unit]):
    year = local_day(NOW).year
    shown = {desk.pk: [row for row in book_rows(desk, year) if "Trễ hạn" in row.note] for desk in units}
    for desk in units:
        late = {
            one.code for one in dossiers_in_book(desk, year) if finished_late(one.due_at, one.finished_at, one.outcome)
        }
        assert {row.code for row in shown[desk.pk]} == late, desk
        assert all(re.search(r"Trễ hạn \d+ (ngày|giờ|phút)", row.note) for row in shown[desk.pk])
    assert sum(map(len, shown.values())) > 0


def _on_form(unit: int, month: Month, column: str) -> int:
    """What the rows of form II.06a say in one column, of a month or as much of it as is over."""
    return sum(getattr(row, column) for row in read_form_06a([unit], month.first, month.last, at=NOW))


def test_what_lies_elsewhere_and_what_is_held_for_others_are_distinguished(units: list[Unit]):
    work = work_at([unit.pk for unit in units], NOW)
    elsewhere = sum(one.elsewhere for one in work.values())
    for_others = sum(one.here.for_others for one in work.values())
    assert elsewhere > 0 < for_others
    official = User.objects.get(username=LOGINS["official"])
    for unit in official.units_as("official"):
        if work[unit.pk] == UnitWork({}):
            continue
        for sort, number in (
            (ListKind.OVERDUE, work[unit.pk].overdue),
            (ListKind.OVERDUE_ELSEWHERE, work[unit.pk].elsewhere),
            (ListKind.OVERDUE_FOR_OTHERS, work[unit.pk].here.for_others),
            (ListKind.BEHIND, work[unit.pk].here.behind),
        ):
            asked = ListQuery(sort, [unit.pk], Month.of(NOW))
            calendar = working_calendar()
            listed = dossiers_behind(asked, official, at=NOW, soon=NOW, calendar=calendar)
            assert listed.count() == number, (unit, sort)


def test_the_same_steps_are_behind_schedule_on_every_page_and_in_every_message(units: list[Unit]):
    keys = [unit.pk for unit in units]
    work, day = work_at(keys, NOW), day_counts(keys, NOW)
    reminded = Counter(leg.unit_id for leg in _held_legs() if _is_reminded(leg))
    for key, number in _named(_behind(units), work, day):
        found = {
            "assigning, officers, holders": work[key].here.behind,
            "daily list": day.get(key, DayCounts()).behind,
            "rows of the daily list": len(day_rows(key, NOW).behind),
            "reminders": reminded[key],
        }
        assert set(found.values()) == {number}, (key, number, found)
    assert sum(_behind(units).values()) > sum(_overdue(units).values()) > 0


def test_what_waits_is_neither_overdue_nor_behind_schedule_though_its_dates_are_past(demo: Loaded):
    waiting = DossierLeg.objects.in_hand().filter(dossier__in=Dossier.objects.waiting(), due_at__lt=NOW)
    assert waiting.exists()
    assert not DossierLeg.objects.behind_schedule(NOW).filter(pk__in=waiting).exists()
    assert not Dossier.objects.overdue(NOW).waiting().exists()


def _of_api(file: Dossier) -> dict[str, Any]:
    return dict(DossierState(file, context={"at": NOW}).data)


def _held_legs() -> list[HeldLeg]:
    rows = DossierLeg.objects.in_hand().filter(dossier__in=Dossier.objects.running())
    names = ("dossier_id", "position", "unit_id", "dossier__desk_id", "assignee_id", "accepted_at", "due_at")
    return [HeldLeg(*row) for row in rows.values_list(*names, "dossier__received_at", "dossier__due_at")]


def _is_reminded(leg: HeldLeg) -> bool:
    reminders = held_leg_reminders(leg, NOW, working_calendar(), timedelta(hours=8))
    return any(one.kind == Notice.Kind.OVERDUE for one in reminders)


def test_the_head_of_an_office_reads_one_number_on_all_pages(demo: Loaded, client: Client):
    head = User.objects.get(username=LOGINS["leader"])
    (unit,) = (held.unit for held in head.memberships.all())
    with time_machine.travel(NOW, tick=False):
        client.force_login(head)
        read = {
            name: BeautifulSoup(client.get(address).content, "html.parser")
            for name, address in {
                "dashboard": f"/dieu-hanh/?don-vi={unit.slug}&pham-vi=rieng",
                "queue": "/can-bo/hang-doi/?nhom=qua-han",
                "day": f"/can-bo/thong-bao/{unit.slug}/",
                "assigning": f"/can-bo/phan-cong/?don-vi={unit.slug}",
                "officers": "/dieu-hanh/can-bo/",
                "holders": "/can-bo/dang-giu/",
            }.items()
        }
    number = Dossier.objects.overdue(NOW).filter(handler=unit).count()
    assert number
    assert f"{number} quá hạn" in read["dashboard"].title.text
    assert f"Quá hạn {number}" in " ".join(read["queue"].select_one("#tabs").text.split())
    assert f"Quá hạn ({number})" in read["day"].main.text
    assert read["assigning"].select_one("#officers").find_next("b").text == str(number)
    section = next(one for one in read["officers"].select("main section") if one.h2.text == unit.name)
    assert section.b.text.split(":")[-1].strip() == str(number)
    row = next(row for row in read["holders"].select("main tbody tr") if row.th.text.strip() == unit.name)
    assert f"{number} quá hạn" in row.text
