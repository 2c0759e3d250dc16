"""Official reports: what they count, who sees them, the same figures as page and files, and signed for ever."""

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from django.urls import reverse
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from accounts.models import Membership
from dossiers.clock.states import Outcome
from dossiers.models import Apology, Dossier, Rating, SupplementRequest
from dossiers.operations.finishing.actions import finish_dossier
from dossiers.operations.handover.actions import hand_over, take_over
from procedures.editing.actions.notice_checks import Found, draw_check, record_check
from procedures.models import Channel, Step
from reporting.definitions.periods import Span
from reporting.definitions.targets import PUBLISH_FROM
from reporting.models import LegTally, SignedReport
from reporting.reports.actions import sign_report
from reporting.reports.document import cell_text, digest, written
from reporting.reports.ii_06a import total_row
from reporting.reports.kinds import Kind, build
from reporting.reports.scope import Scope
from tests.factories import hanoi, make_offering, make_procedure, make_process, make_units, make_user, register
from tests.reporting.helpers import dossier, offer, save
from tests.reporting.reports.test_ii_06a import WARD_X
from units.models import Unit
from units.rules import RuleBroken

MARCH = Span.parse("2026-03")
APRIL = hanoi(2026, 4, 10)
CAME, DUE = hanoi(2026, 3, 5), hanoi(2026, 3, 13, 17)
IN_TIME, LATE = hanoi(2026, 3, 12), hanoi(2026, 3, 16)
pytestmark = pytest.mark.django_db


def done(offering, **fields):
    return dossier(offering, **({"received_at": CAME, "due_at": DUE, "finished_at": IN_TIME} | fields))


def made(kind, unit, *, with_below=True, period=MARCH, at=APRIL):
    return build(kind, Scope.of(unit, list(Unit.objects.all()), with_below=with_below), period, at=at)


def address(kind, unit, *, ky="2026-03", name="report", args=(), **more):
    query = {"don-vi": unit.slug, "pham-vi": "ca-cay", "ky": ky} | more
    return reverse(f"reporting:{name}", args=[kind, *args], query=query)


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


# --- What they count ---------------------------------------------------------------------------------------------


def test_19_a_total_that_does_not_add_up_fails_like_a_row():
    with pytest.raises(RuleBroken) as broken:
        total_row([WARD_X, replace(WARD_X, late=4)])
    assert "“Tổng cộng”: 7 = 8 + 9 + 10" in broken.value.message


def test_a_form_has_the_fields_of_one_unit_or_of_all_below_it(city):
    save(done(offer(city.ward, field="Hộ tịch")), done(offer(city.other_ward, field="Đất đai"), finished_at=LATE))
    (whole,) = made(Kind.FORM_06A, city.district).tables
    assert [row[1:5] for row in whole.all_rows] == [["Hộ tịch", 1, 0, 1], ["Đất đai", 1, 0, 1], ["Tổng cộng", 2, 0, 2]]
    (alone,) = made(Kind.FORM_06A, city.ward, with_below=False).tables
    assert [row[1] for row in alone.all_rows] == ["Hộ tịch", "Tổng cộng"]
    (empty,) = made(Kind.FORM_06A, city.district, with_below=False).tables
    assert list(empty.rows) == []


def test_scores_are_given_for_what_is_measured_and_the_rest_is_said_to_be_unknown(city):
    """Whole time 2, 1, 0 → 1.0; supplements 0, 1, 3 → 1.0; legs: four early, none else → 2.0."""
    offering, officer = offer(city.ward), make_user(Membership.Role.SPECIALIST, city.ward, full_name="Cán Bộ Một")
    save(
        done(offering, statutory_due_at=DUE, assignee=officer),
        done(offering, finished_at=hanoi(2026, 3, 13, 16), supplements=1, assignee=officer),
        done(offering, finished_at=LATE, supplements=3),
        done(offering, finished_at=hanoi(2026, 4, 1), due_at=hanoi(2026, 4, 2)),
        done(offering, outcome=Outcome.WITHDRAWN),
    )
    LegTally.objects.create(unit=city.ward, day=date(2026, 3, 5), early=4)
    units, officers, how = made(Kind.SCORES, city.district).tables
    (row,) = units.rows
    assert row[1:13] == ["Phường Thử Nhất", 3, 1.0, 2.0, 1.0, *[None] * 3, 2.0, *[None] * 2, 6.0]
    assert row[13:] == [8.0, "Từ “Trung bình” đến “Xuất sắc”"]
    (person,) = officers.rows
    assert person[1:6] == ["Cán Bộ Một", 2, 1.5, None, 1.5]
    assert [row[0] for row in how.rows if "Không đo được ở đây" in str(row[3])] == [4, 5, 6, 9]


def test_the_index_says_how_much_of_it_the_portal_can_reach(city):
    offering = offer(city.ward)
    save(done(offering), done(offering, finished_at=LATE))
    Rating.objects.bulk_create(
        Rating(month=date(2026, 3, 1), desk=city.ward_desk, handler=city.ward, score=score) for score in (5, 5, 4, 1)
    )
    (table,) = made(Kind.INDEX_766, city.district).tables
    rows = {str(row[0]): row for row in table.rows}
    assert rows["1.1"][2:7] == [18, 18, "0 / 1", "0%", 0.0]  # no steps, no ways to file: not the whole record
    assert rows["2.1"][2:7] == [20, 20, "1 / 2", "50,0%", 10.0]
    assert rows["4.2"][2:7] == [6, 0, None, None, None]  # fewer ratings than are published
    assert table.total[2:7] == [100, 38, "", "", 10.0]
    Rating.objects.create(month=date(2026, 3, 1), desk=city.ward_desk, handler=city.ward, score=2)
    (table,) = made(Kind.INDEX_766, city.district).tables
    assert table.total[2:7] == [100, 44, "", "", 13.6]


def test_what_a_check_of_the_period_found_posted_otherwise_does_not_count_as_public(city):
    version = offer(city.ward).procedure.versions.get()
    version.audience, version.competent = ["citizen"], "UBND phường"
    version.save()
    Step.objects.create(version=version, position=1, text="Nộp")
    Channel.objects.create(version=version, way=Channel.Way.DESK)
    (line,) = draw_check(
        office=city.ward, on=date(2026, 3, 6), how_many=5, actor=make_user("editor", city.district), at=CAME
    ).lines.all()
    first_row = [row for row in made(Kind.INDEX_766, city.district).tables[0].rows if row[0] == "1.1"]
    assert first_row[0][4:6] == ["1 / 1", "100%"]
    seen = {line.pk: Found("missing", "right", "", "")}
    record_check(check=line.check_list, found=seen, actor=make_user("inspector", city.district), at=CAME)
    first_row = [row for row in made(Kind.INDEX_766, city.district).tables[0].rows if row[0] == "1.1"]
    assert first_row[0][4:6] == ["0 / 1", "0%"]


def test_of_a_unit_with_few_ratings_nothing_is_told_nor_found_by_subtraction(city):
    month = date(2026, 3, 1)
    some = [(city.ward, 1, ["time"])] * PUBLISH_FROM + [(city.other_ward, 2, ["cost"])] * (PUBLISH_FROM - 1)
    Rating.objects.bulk_create(
        Rating(month=month, desk=city.district_desk, handler=unit, score=score, reasons=why)
        for unit, score, why in some
    )
    answers, reasons = made(Kind.RATINGS, city.district).tables
    assert answers.rows[0][1:4] == ["Phường Thử Nhất", 5, "0%"]
    assert answers.rows[1][1:] == ["Phường Thử Hai", 4, *[None] * 6]
    assert answers.total[2:] == answers.rows[0][2:]
    assert [row[1:5] for row in reasons.rows] == [["Phường Thử Nhất", 5, 5, 0]]
    with pytest.raises(RuleBroken) as broken:
        made(Kind.RATINGS, city.district, period=Span.named(date(2026, 3, 2), date(2026, 3, 31)))
    assert broken.value.field == "ky"


def test_what_did_not_go_as_the_process_says_is_listed_by_version_and_step(city):
    version = make_procedure(term_amount=5)
    make_process(version, ("desk", 8), ("handler", 24), ("desk", 8))
    one = register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=hanoi(2026, 3, 2))
    for leg, at in ((0, hanoi(2026, 3, 5)), (1, hanoi(2026, 3, 13))):
        hand_over(dossier=one, leg=leg, actor=None, at=at)
        take_over(dossier=one, leg=leg + 1, actor=None, at=at)
    finish_dossier(dossier=one, outcome=Outcome.GRANTED, cause="staff", actor=None, at=hanoi(2026, 3, 13, 10))
    for day in (3, 4):
        at = hanoi(2026, 3, day)
        SupplementRequest.objects.create(
            dossier=one, stage="appraisal", text="Thiếu", asked_at=at, answer_by=at, completed_at=at
        )
    signed = {"signed_at": LATE, "new_due_at": LATE, "reason": "Bận", "is_late": True}
    Apology.objects.create(
        dossier=one, unit=city.department, cause="workload", old_due_at=DUE, drafted_at=LATE, **signed
    )
    steps, supplements, apologies, single = made(Kind.NON_CONFORMITIES, city.district).tables
    assert [row[2:7] for row in steps.rows] == [
        ["QT-1, lần 1", "1. Khâu 1", "Một cửa Phường Thử Nhất", 1, 1],
        ["QT-1, lần 1", "2. Khâu 2", "Phòng Thử", 1, 1],
    ]
    assert [row[8] for row in steps.rows] == ["Thiếu người: nghỉ ốm, nghỉ phép: 1", "Chưa nêu: 1"]
    assert {row[1] for row in single.rows} == {one.code}
    assert all(row[7] > 0 for row in single.rows)
    assert [row[2:] for row in supplements.rows] == [["Phòng Thử", 1, 1, 0]]
    assert [row[2:] for row in apologies.rows] == [["Phòng Thử", 1, "Quá nhiều hồ sơ: 1"]]
    assert not any(table.rows for table in made(Kind.NON_CONFORMITIES, city.other_ward).tables)


# --- The page and the files --------------------------------------------------------------------------------------


def cells_of(workbook):
    """Every row of the first sheet that has text, as Excel has it: numbers as numbers."""
    rows = CalamineWorkbook.from_filelike(BytesIO(workbook)).get_sheet_by_index(0).to_python()
    return [found for row in rows if (found := [cell for cell in row if cell != ""])]


def test_page_workbook_and_pdf_say_the_same(client, official, city):
    save(*(done(offer(city.ward, field=field)) for field in ("Hộ tịch", "=Đất đai")))
    page = soup(client.get(address(Kind.FORM_06A, city.district)))
    shown = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("article tbody tr")]
    assert [row[1:4] for row in shown] == [["=Đất đai", "1", "0"], ["Hộ tịch", "1", "0"], ["Tổng cộng", "2", "0"]]
    sheet = cells_of(client.get(address(Kind.FORM_06A, city.district, name="report_file", args=["xlsx"])).content)
    begin = next(place for place, row in enumerate(sheet) if row[:2] == ["(1)", "(2)"])
    written_rows = sheet[begin + 1 : begin + 4]
    expected_rows = [[cell_text(int(one)) if isinstance(one, float) else one for one in row] for row in written_rows]
    assert expected_rows == [[cell for cell in row if cell] for row in shown]
    pdf = PdfReader(
        BytesIO(client.get(address(Kind.FORM_06A, city.district, name="report_file", args=["pdf"])).content)
    )
    (sheet,) = pdf.pages
    assert sheet.mediabox.width > sheet.mediabox.height
    text = re.sub(r"\s+", " ", sheet.extract_text())
    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Tháng 3 năm 2026", "DỰ THẢO", "LÃNH ĐẠO ĐƠN VỊ"):
        assert part in text
    for row in shown:
        assert " ".join(row).strip() in text


@pytest.mark.parametrize("kind", list(Kind))
def test_every_report_has_a_page_in_both_languages_and_two_files(client, official, city, kind):
    save(done(offer(city.ward), finished_at=LATE))
    page = address(kind, city.district)
    for path in (page, f"/en{page}"):
        assert client.get(path).status_code == 200
    for ending, begin in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        answer = client.get(address(kind, city.district, name="report_file", args=[ending]))
        assert answer.content.startswith(begin)
    assert client.get(address(kind, city.district, name="report_file", args=["doc"])).status_code == 404


def test_the_page_costs_the_same_few_queries_at_any_size(client, official, city, django_assert_max_num_queries):
    def cost(kind):
        with django_assert_max_num_queries(12) as asked:
            assert client.get(address(kind, city.district)).status_code == 200
        return len(asked)

    save(done(offer(city.ward), finished_at=LATE))
    client.get(address(Kind.SCORES, city.district))
    few = [cost(kind) for kind in Kind]
    make_units()
    save(*(done(offer(unit), finished_at=LATE) for unit in (city.ward, city.other_ward, city.department)))
    assert [cost(kind) for kind in Kind] == few


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"ky": "2999-01"}, "ky"),
        ({"ky": "quy-ba"}, "ky"),
        ({"ky": "1999"}, "ky"),
        ({"ky": "tu-chon", "tu": "14/03/2026", "den": "01/03/2026"}, "den"),
        ({"ky": "tu-chon", "tu": "01/03/2026"}, "den"),
        ({"ky": "tu-chon", "tu": "01/03/2026", "den": "01/03/2999"}, "den"),
        ({"pham-vi": "ca-nuoc"}, "pham-vi"),
    ],
)
def test_what_cannot_be_asked_is_shown_beside_the_field_and_stays_there(client, official, city, asked, field):
    for name, args in (("report", ()), ("report_file", ("pdf",))):
        answer = client.get(address(Kind.FORM_06A, city.district, name=name, args=args, **asked))
        assert answer.status_code == 422
        assert soup(answer).find(id=f"id_{field}_error")
    if "tu" in asked:
        assert soup(answer).find(id="id_tu")["value"] == asked["tu"]


def test_a_unit_out_of_sight_and_a_report_that_is_none_do_not_exist(client, city):
    client.force_login(make_user(Membership.Role.LEADER, city.ward))
    assert client.get(address(Kind.FORM_06A, city.ward)).status_code == 200
    assert client.get(address(Kind.FORM_06A, city.other_ward)).status_code == 404
    assert client.get(address("khieu-nai", city.ward)).status_code == 404
    client.force_login(make_user(Membership.Role.CLERK, city.ward))
    for path in (address(Kind.FORM_06A, city.ward), reverse("reporting:reports"), reverse("reporting:digests")):
        assert client.get(path).status_code == 404
    client.logout()
    assert client.get(address(Kind.FORM_06A, city.ward)).status_code == 302


# --- Signing -----------------------------------------------------------------------------------------------------


def press(client, page, **changed):
    """Press the button that the page shows."""
    form = soup(page).select_one("form[method=post][action*='/ky/']")
    button = form.select_one("button[name]")
    typed = {
        field["name"]: field["value"] for field in [*form.select("input[type=hidden]"), *([button] * bool(button))]
    }
    return client.post(form["action"], typed | changed)


def sign(client, page, **changed):
    """Both presses: the one that shows the figures again, and the one that signs them."""
    shown = press(client, page)
    return press(client, shown, **changed) if shown.status_code == 200 else shown


def test_the_first_press_shows_the_figures_to_be_signed_and_signs_nothing(client, official, city):
    save(done(offer(city.ward)))
    shown = press(client, client.get(address(Kind.FORM_06A, city.district)))
    assert shown.status_code == 200
    assert not SignedReport.objects.exists()
    assert soup(shown).select_one("#main table")
    assert press(client, shown).status_code == 302
    assert SignedReport.objects.get().signed_by == official


@pytest.mark.parametrize("kind", Kind)
def test_a_report_without_a_single_figure_is_not_signed(client, official, city, kind):
    page = client.get(address(kind, city.district))
    assert soup(page).select_one("form[method=post][action*='/ky/']") is None
    scope, period = Scope.of(city.district, [], with_below=True), Span.parse("2026-03")
    report = build(kind, scope, period, at=APRIL)
    with pytest.raises(RuleBroken, match="không có số liệu"):
        sign_report(kind=kind, scope=scope, period=period, report=report, actor=official, at=APRIL)
    typed = {"don-vi": city.district.slug, "ky": "2026-03", "dau": report.fingerprint}
    for confirmed in ({}, {"xac-nhan": "1"}):
        answer = client.post(reverse("reporting:sign_report", args=[kind]), typed | confirmed)
        assert answer.status_code == 422
    assert not SignedReport.objects.exists()


def test_a_signed_report_stays_as_printed_and_a_correction_is_a_further_version(client, official, city):
    offering = offer(city.ward, field="Hộ tịch")
    (one, _two) = save(done(offering), done(offering))
    page = client.get(address(Kind.FORM_06A, city.district))
    answer = sign(client, page)
    stored = SignedReport.objects.get()
    assert answer.headers["Location"] == reverse("reporting:signed_report", args=[stored.pk])
    assert (stored.version, stored.number, stored.signed_by, stored.sha256) == (
        1,
        1,
        official,
        digest(stored.as_printed),
    )
    before = client.get(reverse("reporting:signed_file", args=[stored.pk, "xlsx"])).content
    again = client.get(address(Kind.FORM_06A, city.district))
    assert "Ký báo cáo" not in again.content.decode()  # the same needs no second signature
    Dossier.objects.filter(pk=one.pk).update(finished_at=LATE)
    differs = client.get(reverse("reporting:signed_report", args=[stored.pk]))
    changed = [
        [td.get_text() for td in row.select("th, td")] for row in soup(differs).select("#main section tbody tr")
    ]
    assert ["Kết quả giải quyết theo lĩnh vực", "Hộ tịch", "Số hồ sơ đã giải quyết: Quá hạn", "0", "1"] in changed
    assert len(changed) == 4  # early and late, in the field and in the total
    now = client.get(address(Kind.FORM_06A, city.district))
    assert "Số hiện nay khác bản đã ký" in now.content.decode()
    sign(client, now)
    assert list(SignedReport.objects.order_by("version").values_list("version", "number")) == [(1, 1), (2, 2)]
    assert cells_of(client.get(reverse("reporting:signed_file", args=[stored.pk, "xlsx"])).content) == cells_of(before)
    pdf = client.get(reverse("reporting:signed_file", args=[stored.pk, "pdf"])).content
    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert stored.sha256 in text
    assert "DỰ THẢO" not in text
    assert (
        "Đã có phiên bản mới hơn" in client.get(reverse("reporting:signed_report", args=[stored.pk])).content.decode()
    )
    assert len(soup(client.get(reverse("reporting:reports"))).select("tbody tr")) == 2
    client.force_login(make_user(Membership.Role.LEADER, city.ward))
    assert client.get(reverse("reporting:signed_report", args=[stored.pk])).status_code == 404


def test_nobody_signs_what_changed_under_the_hand_or_twice_or_before_the_period_is_over(client, official, city):
    save(done(offer(city.ward)))
    page = client.get(address(Kind.FORM_06A, city.district))
    assert sign(client, page, dau="0" * 64).status_code == 422
    assert not SignedReport.objects.exists()
    sign(client, page)
    twice = sign(client, page)
    assert (twice.status_code, SignedReport.objects.count()) == (422, 1)
    scope, running = Scope.of(city.ward, [], with_below=False), Span.parse("2026-04")
    report = build(Kind.FORM_06A, scope, running, at=APRIL)
    for at in (APRIL, hanoi(2026, 4, 30, 23, 59)):
        with pytest.raises(RuleBroken, match="chưa kết thúc"):
            sign_report(kind="bieu-06a", scope=scope, period=running, report=report, actor=official, at=at)


def test_the_database_keeps_what_was_signed(client, official, city):
    save(done(offer(city.ward)))
    sign(client, client.get(address(Kind.FORM_06A, city.district)))
    stored = SignedReport.objects.get()
    rows = SignedReport.objects.filter(pk=stored.pk)
    for refused in (lambda: rows.update(made_at=Now()), rows.delete):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            refused()
    for wrong in (
        {"content": written(stored.as_printed | {"scope": "Khác"})},
        {"made_at": hanoi(2026, 3, 31, 23, 59)},
        {"version": 1},
    ):
        copy = SignedReport.objects.get()
        copy.pk, copy.version, copy.number = None, 2, 2
        for name, value in wrong.items():
            setattr(copy, name, value)
        with pytest.raises(DatabaseError), transaction.atomic():
            copy.save(force_insert=True)
    assert stored.made_at - timedelta(days=1) > hanoi(2026, 3, 31)
