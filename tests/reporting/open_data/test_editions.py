"""What everybody may download: enough to count every published figure again, and nothing that points at a person."""

import csv
import gzip
import hashlib
import io
import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.clock.states import Kind as VoiceKind
from complaints.loading import load_rules
from complaints.models.labels import Channel
from dossiers.clock.states import Outcome, Status
from dossiers.models import DossierLeg
from reporting import tasks
from reporting.definitions.on_time import Counts
from reporting.definitions.periods import Month
from reporting.definitions.targets import PUBLISH_FROM
from reporting.models import DailyTally
from reporting.open_data import editions
from reporting.open_data.dictionary import CASES, CLOSED, LEGS, OPEN, TABLES
from reporting.open_data.figures import ALL, FigureKey
from reporting.open_data.making import DoesNotAddUp, make_due_edition, make_edition
from reporting.open_data.recompute import percent as percent_again
from reporting.open_data.serving import Unsatisfiable, span_of
from reporting.public.figures import public_figures
from reporting.rollup.actions import recount_everything
from tests.complaints.cases import received
from tests.factories import hanoi, make_units, make_user
from tests.reporting.dashboards.test_cases import answered as voice_answered
from tests.reporting.helpers import dossier, offer, save
from units.texts.wording import percent

OCTOBER = Month(2026, 10)
NOW = hanoi(2026, 11, 1, 3, 20)


@pytest.fixture
def city(db, settings, tmp_path):
    settings.OPEN_DATA_DIR = tmp_path / "open-data"
    return make_units()


def lives(city, *, seed=20261126):
    """A few hundred dossiers of two years: busy and quiet procedures, a unit with three, every way to end."""
    rng, found = Random(seed), []
    places = [(offer(city.ward, field="ho-tich"), 160), (offer(city.ward, field="dat-dai"), 9)]
    places += [(offer(city.other_ward, field="ho-tich"), 60), (offer(city.department), 12), (offer(city.district), 3)]
    for offering, many in places:
        for _ in range(many):
            day = rng.choice((rng.randrange(700), rng.choice((30, 31, 400))))
            received = hanoi(2024, 10, 20, 8) + timedelta(days=day, minutes=rng.randrange(400))
            due = (received + timedelta(days=4)).replace(hour=17, minute=0)
            finished = received + timedelta(days=rng.choice((1, 3, 4, 4, 5, 60)), hours=rng.randrange(12))
            ends = {"outcome": rng.choice([*Outcome, Outcome.GRANTED, Outcome.GRANTED])}
            if rng.random() < 0.05:
                ends = {"status": Status.REFUSED}
            fields = {"received_at": received, "due_at": due} | ends
            if finished > due and ends.get("outcome") in (Outcome.GRANTED, Outcome.DECLINED):
                fields["late_cause"] = "workload"
            is_open = finished > NOW - timedelta(days=3) and "outcome" in ends
            if is_open:
                fields |= {"outcome": "", "due_at": due}
            fields |= {"intake": rng.choice(("desk", "post")), "finished_at": None if is_open else finished}
            found.append(dossier(offering, **fields))
    stored = save(*found)
    recount_everything()
    return stored


def table_of(edition, name):
    with (edition.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def edition(city):
    lives(city)
    return make_edition(OCTOBER, at=NOW)


def again(folder):
    """What the script for everybody says, run as everybody runs it."""
    command = [sys.executable, "-I", folder / "recompute.py", folder]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_anybody_counts_the_published_figures_again_to_the_last_digit(edition):
    assert again(edition.folder) == (edition.folder / "so-lieu.csv").read_text()


def test_what_is_counted_again_is_what_the_board_says(city, edition):
    """The board of the last evening of the month: units with their ranks' numbers, the year, and the rest together."""
    board = public_figures(at=OCTOBER.end - timedelta(seconds=1))
    table = csv.DictReader(io.StringIO(again(edition.folder)))
    rows = {(row["period"], row["level"], row["unit"]): row for row in table}

    def published(*place):
        row = rows[place]
        return Counts(**{name: int(row[name]) for name in ("early", "on_time", "late")}), row["percent"]

    def shown(counts):
        bare = Counts(early=counts.early, on_time=counts.on_time, late=counts.late)
        return bare, percent(counts.rate.ratio, "en").rstrip("%")

    assert published("recent", "", "") == shown(board.year)
    named = {unit for period, _level, unit in rows if period == "recent" and unit}
    assert named == {row.unit.slug for row in board.units} | {"other"}
    for row in board.units:
        assert published("recent", "", row.unit.slug) == shown(row.counts)
    assert published("recent", "", "other") == shown(board.others)


def test_petitions_are_told_as_far_as_there_are_enough_of_them_and_grievances_and_secrets_never(city):
    load_rules()
    many, few = PUBLISH_FROM + 1, 1
    for n in range(many):
        voice_answered(city.ward, at=hanoi(2026, 9, 7, 9) + timedelta(minutes=n))
    voice_answered(city.other_ward, at=hanoi(2026, 9, 7, 9))
    make_user("inspector", city.ward)
    received(city.ward, VoiceKind.DENUNCIATION, at=hanoi(2026, 9, 7, 9), channel=Channel.COUNTER)
    voice_answered(city.ward, at=hanoi(2026, 9, 7, 9), kind=VoiceKind.QUESTION)
    rows = table_of(make_edition(OCTOBER, at=NOW), CASES.name)
    assert Counter(row["detail"] for row in rows) == {"month": many, "year": few}
    (alone,) = (row for row in rows if row["detail"] == "year")
    assert [alone[name] for name in ("unit", "kind", "channel", "received", "finished")] == [
        "",
        "",
        "",
        "2026",
        "2026",
    ]
    shown = next(row for row in rows if row["detail"] == "month")
    assert [shown[name] for name in ("unit", "kind", "received", "verdict")] == [
        *(city.ward.slug, "petition", "2026-09", "on_time"),
    ]


def test_years_and_all_years_are_those_of_the_dossiers_themselves(city, edition):
    figures = edition.figures
    tallies = DailyTally.objects.totals().filter(day__lte=OCTOBER.last)
    assert figures[FigureKey(ALL)].resolved == sum(row.early + row.on_time + row.late for row in tallies)
    assert figures[FigureKey(ALL)].received == sum(row.received for row in tallies)
    years = [figures[FigureKey(year)] for year in ("2024", "2025", "2026")]
    assert sum(years, start=Counts()) == figures[FigureKey(ALL)]


@pytest.mark.parametrize("name", [CLOSED.name, LEGS.name])
def test_no_row_tells_more_than_several_rows_have_in_common(city, edition, name):
    units_named = ("unit", "level", "procedure", "field", "channel", "received", "accepted", "finished", "detail")
    classes = Counter(
        tuple(row.get(part) for part in units_named) for row in table_of(edition, name) if row["detail"] != "year"
    )
    assert name == LEGS.name or {key[-1] for key in classes} >= {"day", "month", "field"}
    assert all(n >= PUBLISH_FROM for n in classes.values())


@pytest.mark.parametrize(("many", "legs_each"), [(4, 1), (4, 3), (5, 1)])
def test_legs_of_one_dossier_are_one_in_a_class(city, many, legs_each):
    """Twelve legs of four dossiers are too few to tell anything of; five of five are enough."""
    at = hanoi(2026, 10, 5)
    stored = save(*(dossier(offer(city.ward), due_at=at, finished_at=at) for _ in range(many)))
    leg = {"unit": city.ward, "hours": 8, "due_at": at, "handed_over_at": at - timedelta(days=1)}
    leg |= {"accepted_at": at - timedelta(days=1), "finished_at": at}
    DossierLeg.objects.bulk_create(
        DossierLeg(dossier=one, position=place, **leg) for one in stored for place in range(1, 1 + legs_each)
    )
    recount_everything()
    rows = table_of(make_edition(OCTOBER, at=NOW), LEGS.name)
    assert ({row["detail"] for row in rows} == {"year"}) == (many < PUBLISH_FROM)
    assert ({row["unit"] for row in rows} == {""}) == (many * legs_each < PUBLISH_FROM)


def test_a_unit_the_board_does_not_name_is_named_nowhere_and_its_verdicts_are_not_alone(city, edition):
    rows = table_of(edition, CLOSED.name)
    assert city.district.slug not in {row["unit"] for row in rows}
    assert len([row for row in rows if not row["unit"] and row["verdict"]]) >= PUBLISH_FROM
    assert {row["verdict"] for row in rows if row["detail"] == "year" and row["unit"]} <= {"early", "on_time", "late"}


def test_where_little_is_told_the_way_it_ended_is_not(edition):
    for row in table_of(edition, CLOSED.name):
        if row["detail"] == "year":
            assert {row[name] for name in ("outcome", "cause", "days_past_due", "procedure", "field")} == {""}


def test_days_and_verdicts_never_contradict_one_another_and_are_cut_at_thirty(edition):
    rows = [row for row in table_of(edition, CLOSED.name) if row["days_past_due"]]
    days = {(row["verdict"], (int(row["days_past_due"]) > 0) - (int(row["days_past_due"]) < 0)) for row in rows}
    assert days == {("early", -1), ("on_time", 0), ("late", 0), ("late", 1)}
    assert max(int(row["days_past_due"]) for row in rows) == 30


def test_nothing_of_a_person_an_officer_or_a_code_is_in_any_file(city, edition):
    content = b"".join(path.read_bytes() for path in edition.folder.iterdir() if path.suffix != ".gz").decode()
    assert "Nguyễn" not in content
    assert "K-260101" not in content
    assert "ABC234" not in content


def test_rows_lie_in_the_order_of_what_they_say_and_are_the_same_twice(city, edition):
    lines = (edition.folder / f"{CLOSED.name}.csv").read_bytes().splitlines()[1:]
    twin = make_edition(OCTOBER, at=NOW + timedelta(days=2))
    assert (edition.name, twin.name) == ("2026-10.1", "2026-10.2")
    assert [(file.name, file.sha256) for file in twin.files] == [(file.name, file.sha256) for file in edition.files]
    rows = [tuple(row.values())[:9] for row in table_of(edition, CLOSED.name)]
    known = [row for row in rows if all(row)]
    assert len(lines) == edition.rows[CLOSED.name]
    assert known == sorted(known)


def test_csv_and_json_lines_say_the_same_and_the_schema_fits(edition):
    for table in TABLES[:-1]:
        lines = (edition.folder / f"{table.name}.jsonl").read_text(encoding="utf-8").splitlines()
        objects = [json.loads(line) for line in lines]
        rows = table_of(edition, table.name)
        texts = [{name: "" if value is None else str(value) for name, value in one.items()} for one in objects]
        assert texts == rows
        fields = json.loads((edition.folder / f"{table.name}.schema.json").read_text())["fields"]
        assert not rows or [field["name"] for field in fields] == list(rows[0])
        for field in fields:
            values = {row[field["name"]] for row in rows} - {""}
            assert values <= set(field.get("constraints", {}).get("enum", values))


def test_checksums_are_those_of_the_files_and_of_the_compressed_ones(edition):
    for file in edition.files:
        plain = (edition.folder / file.name).read_bytes()
        assert (len(plain), hashlib.sha256(plain).hexdigest()) == (file.size, file.sha256)
        assert gzip.decompress((edition.folder / f"{file.name}.gz").read_bytes()) == plain
    sums = (edition.folder / "SHA256SUMS").read_text().splitlines()
    assert len(sums) == len(edition.files) - 1


def test_a_name_that_a_spreadsheet_would_take_for_a_formula_is_made_harmless(city):
    city.ward.name = '=HYPERLINK("http://x","y")'
    city.ward.save()
    made = make_edition(OCTOBER, at=NOW)
    names = {row["code"]: row["name"] for row in table_of(made, "don-vi")}
    assert names[city.ward.slug] == "'" + city.ward.name


def test_an_edition_whose_rows_do_not_give_the_figures_is_not_published(city, edition):
    DailyTally.objects.filter(late__gt=0).update(late=0)
    with pytest.raises(DoesNotAddUp, match="differ"):
        make_edition(OCTOBER, at=NOW)
    assert editions.names() == [edition.name]
    assert not list(editions.root().glob(".making*"))


def test_what_was_finished_after_the_month_is_still_open_in_its_edition(city):
    offering = offer(city.ward)
    done = hanoi(2026, 11, 3)
    october = {"received_at": hanoi(2026, 10, 20), "due_at": hanoi(2026, 10, 30)}
    save(*(dossier(offering, finished_at=done, **october) for _ in range(6)))
    save(dossier(offering, received_at=hanoi(2026, 11, 2)))
    recount_everything()
    made = make_edition(OCTOBER, at=hanoi(2026, 11, 20))
    assert (made.rows[CLOSED.name], made.rows[OPEN.name]) == (0, 6)
    assert made.figures[FigureKey(ALL)] == Counts(received=6)
    assert {row["state"] for row in table_of(made, OPEN.name)} == {"overdue"}


def test_one_edition_a_month_from_the_third_hour_of_the_next_and_the_last_two_are_kept(city):
    assert make_due_edition(at=hanoi(2026, 11, 1, 2, 59)).name == "2026-09.1"
    assert make_due_edition(at=hanoi(2026, 11, 1, 3)).name == "2026-10.1"
    assert make_due_edition(at=hanoi(2026, 11, 30, 23)) is None
    assert make_due_edition(at=hanoi(2026, 12, 1, 3)).name == "2026-11.1"
    assert editions.names() == ["2026-10.1", "2026-11.1"]


def test_the_task_of_every_ten_minutes_makes_the_edition_that_is_due(city, client):
    tasks.make_open_data()
    assert editions.latest().month == Month.of(timezone.now() - timedelta(hours=3)).plus(-1)
    assert client.get(reverse("reporting:open_data")).status_code == 200


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("", None),
        ("bytes=0-0", (0, 1)),
        ("bytes=5-", (5, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=2-99", (2, 10)),
        ("bytes=0-1,4-5", None),
        ("lines=1-2", None),
    ],
)
def test_a_range_is_the_bytes_it_names(asked, span):
    assert span_of(asked, 10) == span


@pytest.mark.parametrize(
    "asked", ["bytes=10-", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=a-b", "bytes=1-2-3", "bytes="]
)
def test_a_range_outside_of_the_file_or_of_sense_is_refused(asked):
    with pytest.raises(Unsatisfiable):
        span_of(asked, 10)


@pytest.mark.parametrize(("part", "whole"), [(97, 100), (2499, 2500), (1, 3000), (0, 7), (7, 7), (19999, 20000)])
def test_the_script_writes_shares_as_the_portal_does(part, whole):
    assert percent_again(part, whole) == percent(Decimal(part) / whole, "en").rstrip("%")
