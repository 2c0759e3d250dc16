"""Old registers become real dossiers: what is read, what is refused and said, and that nothing comes twice."""

import csv
import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from unicodedata import normalize
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone
from xlsxwriter import Workbook

from accounts.models import Membership
from dossiers.book.actions import close_book
from dossiers.book.files import book_xlsx
from dossiers.book.form_06 import Book, book_rows
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.events.reconciliation import compare_all
from dossiers.models import (
    Dossier,
    DossierEvent,
    DossierLeg,
    RegisterImport,
    ReturnRecord,
    StaleDay,
    StaleOpen,
    YearCounter,
)
from dossiers.register_import import loading
from dossiers.register_import.faults import Fault
from dossiers.register_import.mapping import mapping_of
from files.sheets.faults import in_both_languages
from notices.models import Notice
from reporting.models import OpenTally
from reporting.rollup.actions import note_open, recount_everything, recount_stale
from reporting.rollup.reconciliation import reconcile
from reporting.tasks import refresh_stale
from tests.factories import hanoi, make_offering, make_procedure, make_units, make_user, make_version, register
from units.clock.days import local_day

HERE = Path(__file__).parent / "registers"
OLD, MAPPING = HERE / "so-cu-2015.csv", HERE / "so-cu-2015.toml"
TITLES = ("Mã", "Thủ tục", "Tên", "Nhận", "Hẹn", "Xong", "Trả")
PLAIN = dict(zip(("code", "procedure", "name", "received", "due", "finished", "returned"), TITLES, strict=True))
GOOD = ("T1.21-160304-0001", "Cấp giấy phép thử", "Người Thử", "04/03/2016", "11/03/2016", "10/03/2016", "10/03/2016")

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    """A ward where two procedures are offered, one of them by a version that came into force in 2016 only."""
    city = make_units()
    make_offering(make_procedure("Cấp giấy phép thử"), city.ward)
    young = make_procedure("Chứng thực bản sao", valid=DateRange(date(2016, 1, 1), date(2020, 1, 1)))
    make_version(young.procedure, name="Chứng thực", valid=DateRange(date(2020, 1, 1), None))
    make_offering(young, city.ward, handler=city.department)
    return city


def run(city, path, *, mapping=MAPPING, **options):
    """The command's words."""
    output = StringIO()
    call_command("import_dossiers", path, desk=city.ward_desk.slug, mapping=str(mapping), stdout=output, **options)
    return output.getvalue()


def rejected_lines(tmp_path):
    with (tmp_path / "out.csv").open(encoding="utf-8-sig") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def load(city, path, columns=PLAIN, **options):
    """Loaded by a plain mapping; gives the counts and what was rejected, by kind."""
    mapping = mapping_of({"columns": columns} | options.pop("mapping", {}))
    counts, report = loading.load_register(
        path, desk=city.ward_desk, mapping=mapping, at=hanoi(2026, 11, 26), **options
    )
    return counts, report.kinds


def write(path, *rows, head=TITLES, encoding="utf-8", delimiter=","):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([head, *rows])
    return path


def row(**fields):
    """`GOOD` with other values by field."""
    return tuple(fields.get(field, value) for field, value in zip(PLAIN, GOOD, strict=True))


def test_an_old_register_becomes_real_dossiers_and_every_bad_row_is_said_without_a_name(city, tmp_path):
    output = run(city, OLD, report=tmp_path / "out.csv")
    assert "9 rows" in output
    assert "5 loaded, 0 there already, 4 rejected" in output
    assert [(number, column) for number, column, *_why in rejected_lines(tmp_path)] == [
        ("11", "Ngày nhận"),
        ("12", "Loại việc"),
        ("13", "Ngày có kết quả"),
        ("10", "Mã biên nhận"),
    ]
    assert rejected_lines(tmp_path)[0][2:] == (
        "Không phải một ngày có thật, viết theo dạng đã khai báo.",
        "Not a real day written in one of the declared forms.",
    )
    everything = output + (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert "Người" not in everything.replace("Người nộp", "")
    assert list(Dossier.objects.order_by("book_number").values_list("book_number", "status", "outcome", "intake")) == [
        (1, Status.RETURNED, Outcome.GRANTED, "desk"),
        (2, Status.RETURNED, Outcome.GRANTED, "post"),
        (3, Status.DONE, Outcome.DECLINED, "desk"),
        (4, Status.DONE, Outcome.WITHDRAWN, "desk"),
        (5, Status.ACCEPTED, "", "desk"),
    ]
    first = Dossier.objects.get(book_number=1)
    assert (first.applicant_id, first.applicant_phone) == ("1001000001", "0900000001")
    assert not Notice.objects.exists()


def test_events_are_marked_as_carried_over_and_replaying_them_gives_the_rows(city):
    run(city, OLD)
    assert [differing for _count, found in compare_all() for differing in found] == []
    late = Dossier.objects.get(book_number=2)
    kinds = [EventKind.REGISTERED, EventKind.STARTED, EventKind.FINISHED, EventKind.RETURNED]
    assert list(late.events.in_order().values_list("kind", flat=True)) == kinds
    assert late.events.in_order()[0].data["import"] == RegisterImport.objects.get().pk
    assert (late.due_at, late.statutory_due_at) == (hanoi(2015, 3, 13, 17), hanoi(2015, 3, 13, 17))
    assert (late.finished_at, late.late_unit) == (hanoi(2015, 3, 16, 17), city.ward)
    on_a_saturday = Dossier.objects.get(book_number=3)
    assert on_a_saturday.due_at == hanoi(2015, 3, 14, 17)


def test_the_version_is_that_of_the_day_or_else_the_oldest_marked_so(city, tmp_path):
    path = write(
        tmp_path / "a.csv",
        row(code="T1.21-150304-0001", procedure="chứng thực", received="04/03/2015", due="11/03/2015"),
        row(code="T1.21-190304-0001", procedure="Chứng thực bản sao", received="04/03/2019", due="11/03/2019"),
        row(code="T1.21-210304-0001", procedure="Chứng thực bản sao", received="04/03/2021", due="11/03/2021"),
    )
    columns = {name: title for name, title in PLAIN.items() if name not in {"finished", "returned"}}
    assert load(city, path, columns)[0].loaded == 3
    found = DossierEvent.objects.filter(kind="registered").order_by("at")
    assert [("old_version" in one.data, one.dossier.version.name) for one in found] == [
        (True, "Chứng thực bản sao"),
        (False, "Chứng thực bản sao"),
        (False, "Chứng thực"),
    ]


def test_what_is_still_open_is_in_the_hands_of_the_desk_and_goes_the_way_of_every_dossier(city, client: Client):
    run(city, OLD)
    dossier = Dossier.objects.get(book_number=5)
    assert (dossier.holder, dossier.due_at) == (city.ward_desk, hanoi(2015, 3, 18, 17))
    assert list(DossierLeg.objects.in_hand().values_list("dossier", "unit")) == [(dossier.pk, city.ward_desk.pk)]
    clerk = make_user(Membership.Role.CLERK, city.ward)
    assert dossier in Dossier.objects.visible_to(clerk).overdue(timezone.now())
    client.force_login(clerk)
    for one in Dossier.objects.all():
        client.post(f"{one.get_absolute_url()}ly-do/", {"kind": "applicant"})  # asked where a dossier is closed
        page = client.get(one.get_absolute_url())
        assert page.status_code == 200
        assert "Chuyển từ sổ theo dõi cũ." in page.content.decode()


def test_figures_of_past_years_appear(city):
    run(city, OLD)
    assert StaleDay.objects.filter(unit=city.ward, day=date(2015, 3, 16)).count() == 1
    while recount_stale():
        pass
    assert reconcile(at=timezone.now()).is_good


def test_what_was_open_on_days_counted_long_ago_is_counted_anew(city):
    """The register of 2015 comes in when every day until yesterday was noted; no alarm is given meanwhile."""
    now = timezone.now()
    register(make_offering(make_procedure(), city.ward), city.ward_desk, at=now - timedelta(days=3))
    recount_everything()
    note_open(at=now)
    run(city, OLD)
    assert reconcile(at=now).is_good
    refresh_stale()
    assert not StaleOpen.objects.exists()
    assert reconcile(at=now).is_good
    noted = OpenTally.objects.filter(unit=city.ward).order_by("day").values_list("day", "running", "overdue")
    assert noted.get(day=date(2015, 3, 17)) == (date(2015, 3, 17), 1, 0)
    assert noted.get(day=date(2015, 3, 19)) == (date(2015, 3, 19), 1, 1)
    assert noted.last() == (local_day(now) - timedelta(days=1), 2, 1)


def test_an_alarm_is_given_where_what_was_open_is_wrong_and_nothing_was_carried_over(city):
    now = timezone.now()
    register(make_offering(make_procedure(), city.ward), city.ward_desk, at=now - timedelta(days=3))
    recount_everything()
    note_open(at=now)
    OpenTally.objects.filter(unit=city.ward).update(running=9)
    StaleOpen.objects.create(since=local_day(now) - timedelta(days=1))
    assert [row["day"] for row in reconcile(at=now).differences] == [
        (local_day(now) - timedelta(days=back)).isoformat() for back in (3, 2)
    ]


def test_the_same_file_again_changes_nothing(city):
    run(city, OLD)
    before = (list(Dossier.objects.order_by("pk").values()), list(RegisterImport.objects.values()))
    StaleDay.objects.all().delete()
    StaleOpen.objects.all().delete()
    assert "0 loaded, 5 there already, 4 rejected" in run(city, OLD)
    assert (list(Dossier.objects.order_by("pk").values()), list(RegisterImport.objects.values())) == before
    assert not StaleDay.objects.exists()
    assert not StaleOpen.objects.exists()


def test_a_load_that_was_cut_off_is_completed_by_running_it_again(city, tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    path = write(tmp_path / "a.csv", *(row(code=f"T1.21-160304-{number:04d}") for number in range(1, 6)))

    def die(rows):
        if rows == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(city, path, progress=die)
    assert (Dossier.objects.count(), RegisterImport.objects.get().finished_at) == (4, None)
    counts, _kinds = load(city, path)
    assert (counts.already_loaded, counts.loaded) == (4, 1)
    record = RegisterImport.objects.get()
    assert (record.rows, record.loaded, record.rejected) == (5, 5, 0)
    assert record.finished_at is not None
    assert list(Dossier.objects.order_by("code").values_list("book_number", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("how", ["dry_run", "all_or_nothing"])
def test_a_dry_run_and_all_or_nothing_write_nothing(city, how):
    if how == "dry_run":
        assert "5 would be loaded" in run(city, OLD, dry_run=True)
    else:
        with pytest.raises(CommandError, match="Nothing was loaded"):
            run(city, OLD, all_or_nothing=True)
    assert not Dossier.objects.exists()
    assert not RegisterImport.objects.exists()
    assert not StaleDay.objects.exists()


def test_all_or_nothing_loads_a_faultless_file(city, tmp_path):
    assert load(city, write(tmp_path / "a.csv", GOOD), all_or_nothing=True)[0].loaded == 1


IMPOSSIBLE = [
    ({"code": ""}, Fault.EMPTY),
    ({"code": "123/2016"}, Fault.NOT_A_CODE),
    ({"procedure": "Việc lạ"}, Fault.NO_PROCEDURE),
    ({"name": ""}, Fault.EMPTY),
    ({"name": "Người" * 50}, Fault.TOO_LONG),
    ({"name": "Ng\ufffdi"}, Fault.BROKEN),
    ({"name": "=HYPERLINK(1)"}, Fault.FORMULA),
    ({"received": "31/02/2016"}, Fault.NOT_A_DATE),
    ({"received": "03/13/2016"}, Fault.NOT_A_DATE),
    ({"received": "04/03/1016"}, Fault.TOO_EARLY),
    ({"received": "04/03/2031"}, Fault.FUTURE),
    ({"due": "03/03/2016"}, Fault.DUE_BEFORE_RECEIVED),
    ({"due": "11/03/2106"}, Fault.DUE_TOO_FAR),
    ({"due": ""}, Fault.EMPTY),
    ({"finished": "03/03/2016"}, Fault.FINISHED_BEFORE_RECEIVED),
    ({"returned": "09/03/2016"}, Fault.RETURNED_BEFORE_FINISHED),
    ({"finished": "11/03/2027"}, Fault.FUTURE),
]
PARAMS = {Fault.TOO_LONG: {"n": 200}, Fault.TOO_EARLY: {"year": 1990}, Fault.DUE_TOO_FAR: {"n": 730}}


def test_what_cannot_be_is_refused_row_by_row_and_the_good_one_among_them_is_loaded(city, tmp_path):
    rows = [
        row(**{"code": f"T1.21-160304-{number:04d}"} | fields) for number, (fields, _fault) in enumerate(IMPOSSIBLE, 2)
    ]
    counts, _kinds = load(city, write(tmp_path / "in.csv", *rows, GOOD), report=tmp_path / "out.csv")
    rejected = [(number, why) for number, _column, why, _reason in rejected_lines(tmp_path)]
    wanted = [
        (str(number), in_both_languages(fault, PARAMS.get(fault, {}))[0])
        for number, (_fields, fault) in enumerate(IMPOSSIBLE, 2)
    ]
    assert rejected == wanted
    assert counts.loaded == Dossier.objects.count() == 1


def test_more_cells_than_titles_mean_that_the_columns_have_shifted(city, tmp_path):
    assert load(city, write(tmp_path / "a.csv", (*GOOD, "x")))[1] == {Fault.WIDE: 1}


def test_a_day_without_an_hour_is_never_late_on_the_promised_day(city, tmp_path):
    path = write(tmp_path / "a.csv", row(due="10/03/2016 11:30", finished="10/03/2016", returned=""))
    load(city, path)
    dossier = Dossier.objects.get()
    assert dossier.received_at == hanoi(2016, 3, 4, 8)
    assert dossier.finished_at == dossier.due_at == hanoi(2016, 3, 10, 11, 30)


def test_what_was_done_at_once_needs_no_promise_and_a_lone_return_is_the_end(city, tmp_path):
    load(city, write(tmp_path / "a.csv", row(due="", finished="", returned="04/03/2016")))
    dossier = Dossier.objects.get()
    assert dossier.due_at == dossier.finished_at == dossier.returned_at == hanoi(2016, 3, 4, 17)


def test_the_encodings_registers_are_met_in_are_recognised(city, tmp_path):
    for number, encoding in enumerate(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"), 1):
        cells = [TITLES, row(code=f"T1.21-160304-{number:04d}", name="Nguyễn Thị Hoa")]
        if encoding == "cp1258":  # the marks of tones are signs of their own there
            cells = [tuple(map(apart, line)) for line in cells]
        path = write(tmp_path / "a.csv", cells[1], head=cells[0], encoding=encoding, delimiter="\t")
        counts, kinds = load(city, path)
        assert (encoding, counts.loaded, kinds) == (encoding, 1, {})
    assert set(Dossier.objects.values_list("applicant_name", flat=True)) == {"Nguyễn Thị Hoa"}


def apart(text):
    """Tones set apart from their letters, other marks not."""
    tones = {"\u0300", "\u0309", "\u0303", "\u0301", "\u0323"}
    letters = [normalize("NFD", letter) for letter in text]
    return "".join(
        normalize("NFC", "".join(sign for sign in letter if sign not in tones))
        + "".join(sign for sign in letter if sign in tones)
        for letter in letters
    )


def test_a_row_with_broken_bytes_is_refused_alone(city, tmp_path):
    path = write(tmp_path / "a.csv", GOOD, row(code="T1.21-160304-0002", name="X"))
    path.write_bytes(path.read_bytes().replace(b",X,", b",Ng\xc6\xff,"))
    assert load(city, path)[1] == {Fault.BROKEN: 1}
    assert Dossier.objects.count() == 1


def test_codes_and_numbers_that_others_have_are_refused(city, tmp_path):
    live = register(make_offering(make_procedure("Khác"), city.ward), city.ward_desk, at=hanoi(2026, 11, 2))
    numbered = {"number": "Số"} | PLAIN
    head = ("Số", *TITLES)
    received = {"received": "03/11/2026", "due": "20/11/2026", "finished": "", "returned": ""}
    rows = [
        ("2", *row(code=live.code, **received)),
        ("1", *row(code="T1.21-261103-0001", **received)),
        ("7", *row(code="T1.21-261103-0002", **received)),
        ("7", *row(code="T1.21-261103-0003", **received)),
        ("0", *row(code="T1.21-261103-0004", **received)),
    ]
    counts, kinds = load(city, write(tmp_path / "a.csv", *rows, head=head), numbered)
    assert kinds == {Fault.CODE_TAKEN: 1, Fault.NUMBER_TAKEN: 1, Fault.NUMBER_TWICE: 1, Fault.NOT_A_NUMBER: 1}
    assert counts.loaded == 1
    assert YearCounter.objects.get(unit=city.ward_desk, series="book", year=2026).last == 7


def test_nothing_enters_a_closed_book(city, tmp_path):
    close_book(desk=city.ward_desk, year=2016, actor=None, at=hanoi(2026, 11, 2))
    assert load(city, write(tmp_path / "a.csv", GOOD))[1] == {Fault.BOOK_CLOSED: 1}


def test_codes_are_made_of_running_numbers_where_the_register_has_none(city, tmp_path):
    columns = {"number": "Mã"} | {name: title for name, title in PLAIN.items() if name != "code"}
    load(city, write(tmp_path / "a.csv", row(code="17")), columns, mapping={"code_prefix": "H26.19"})
    assert Dossier.objects.get().code == "H26.19-160304-0017"


def test_a_workbook_has_dates_as_numbers_formulas_and_merged_cells(city, tmp_path):
    path = tmp_path / "a.xlsx"
    with Workbook(path) as workbook:
        hidden = workbook.add_worksheet("ẩn")
        sheet = workbook.add_worksheet("2016")
        sheet.activate()
        sheet.set_first_sheet()
        hidden.hide()
        sheet.merge_range(0, 0, 0, 6, "SỔ THEO DÕI")
        for place, title in enumerate(TITLES):
            sheet.write(1, place, title)
        for line in range(2, 6):
            for place, value in enumerate(row(code=f"T1.21-160304-{line:04d}")):
                sheet.write(line, place, value)
        sheet.write_number(2, 3, 42433.5)  # noon of 4 March 2016
        sheet.write_formula(3, 4, "=D4+7", value="")
        sheet.merge_range(4, 2, 5, 2, "Người Thử")
    _counts, kinds = load(city, path)
    assert kinds == {Fault.FORMULA: 1, Fault.MERGED: 1}
    assert list(Dossier.objects.order_by("code").values_list("code", "received_at")) == [
        ("T1.21-160304-0002", hanoi(2016, 3, 4, 12)),
        ("T1.21-160304-0004", hanoi(2016, 3, 4, 8)),
    ]


def test_what_the_portal_exports_another_portal_reads(city, tmp_path):
    names = ("book_number", "received_at", "due_at", "finished_at", "returned_at", "outcome", "applicant_name")
    dossiers, path = Dossier.objects.order_by("book_number"), tmp_path / "so.xlsx"
    with transaction.atomic():  # the one portal
        run(city, OLD)
        late = Dossier.objects.get(book_number=2)
        ReturnRecord.objects.create(dossier=late, receiver_name="Người Nhận", method="post", at=late.returned_at)
        path.write_bytes(book_xlsx(Book(city.ward_desk, 2015, hanoi(2026, 11, 26)), book_rows(city.ward_desk, 2015)))
        before = list(dossiers.values_list(*names))
        transaction.set_rollback(True)
    assert "5 loaded" in run(city, path, mapping="portal", all_or_nothing=True)
    assert list(dossiers.values_list(*names)) == before
    assert ReturnRecord.objects.get().receiver_name == "Người Nhận"


USELESS = [
    (b"", "Tệp không có nội dung."),
    (b"\n\n", "Tệp không có nội dung."),
    ("Mã,Tên\n1,2\n".encode(), "Tệp thiếu cột: Thủ tục, Nhận, Hẹn, Xong, Trả."),
    ("Mã\n1\n".encode(), "Tệp chỉ có một cột: hãy xem lại dấu phân cách."),
    (",".join(TITLES).encode(), "Dưới dòng tiêu đề không có dòng nào."),
    (",".join([*TITLES, "Mã"]).encode() + b"\nx", "Hai cột cùng tiêu đề: Mã."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "Tệp Excel đời cũ hoặc có mật khẩu"),
    (b"PK\x03\x04 broken", "Tệp .xlsx bị hỏng hoặc không phải bảng tính."),
    (",".join(TITLES).encode() + b'\n"' + b"x" * 200_000, "Từ dòng 2 tệp không đọc tiếp được"),
]


def test_a_file_of_no_use_gets_one_clear_sentence(city, tmp_path):
    path, mapping = tmp_path / "a.csv", tmp_path / "m.json"
    mapping.write_text(json.dumps({"columns": PLAIN}))
    for content, sentence in USELESS:
        path.write_bytes(content)
        with pytest.raises(CommandError) as raised:
            run(city, path, mapping=mapping)
        assert raised.value.returncode == 1
        assert str(raised.value).startswith(sentence)
        assert len(str(raised.value).splitlines()) == 2  # and the same in English


def test_a_workbook_with_declared_entities_is_not_read(city, tmp_path):
    path = tmp_path / "a.xlsx"
    with ZipFile(path, "w") as file:
        file.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>')
        file.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
    with pytest.raises(CommandError, match=r"Tệp \.xlsx bị hỏng"):
        run(city, path)


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"columns": {"code": "Mã"}},
        {"columns": PLAIN | {"colour": "Màu"}},
        {"columns": PLAIN, "dates": ["tháng"]},
        {"columns": PLAIN, "encoding": "viscii-9"},
        {"columns": PLAIN, "delimiter": ";;"},
        {"columns": PLAIN, "outcomes": {"Xong": "finished"}},
        {"columns": dict.fromkeys(PLAIN, 1)},
        {"colums": PLAIN},
    ],
)
def test_a_mapping_of_no_use_says_what_is_wrong(expected):
    with pytest.raises(loading.UnusableFile, match="Tệp ánh xạ không dùng được"):
        mapping_of(expected)


def test_an_unknown_desk_or_person_is_said(city):
    with pytest.raises(CommandError, match="Không có bộ phận một cửa nào"):
        call_command("import_dossiers", OLD, desk="khong-co")
    with pytest.raises(CommandError, match="Không có tài khoản này"):
        run(city, OLD, by="khong-co")


def test_local_days_name_the_book(city, tmp_path):
    load(city, write(tmp_path / "a.csv", row(received="31/12/2016 23:30", due="05/01/2017", finished="", returned="")))
    assert Dossier.objects.get().book_year == 2016 == local_day(Dossier.objects.get().received_at).year
