"""The catalogue is brought to what the national database says: looked at first, applied from a day on, undone."""

import json
import tracemalloc
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from xlsxwriter import Workbook

from accounts.models import User
from procedures.models import CatalogueUpdate, Procedure, ProcedureVersion
from procedures.national.files import read_records
from procedures.national.reading import content_from
from procedures.versions.content import content_of, empty_content, with_content
from tests.factories import City, make_offering, make_procedure, make_process, make_user, register

pytestmark = pytest.mark.django_db


def record(code: str = "1.001193", **changes: Any) -> dict[str, Any]:
    """As the service spells it; one object where a list could be."""
    return {
        "MATTHC": code,
        "TENTTHC": "Đăng ký khai sinh",
        "CAPTHUCHIEN": "Cấp Xã",
        "LINHVUCTHUCHIEN": {"MALINHVUC": "HT", "TENLINHVUC": "Thử nghiệm"},
        "TRINHTUTHUCHIEN": {"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": "Nộp"}, {"TENTRINHTU": "Nhận"}]},
        "CACHTHUCTHUCHIEN": [
            {
                "KENH": "Trực tiếp",
                "THOIGIAN": {
                    "THOIGIANGIAIQUYET": "3",
                    "DONVITINH": "Ngày làm việc",
                    "MOTA": "",
                    "PHILEPHI": {"SOTIEN": "8.000", "DONVI": "Đồng", "MOTA": "Lệ phí"},
                },
            },
            {"KENH": "Nộp qua bưu chính công ích", "THOIGIAN": []},
        ],
        "THANHPHANHOSO": [
            {"TRUONGHOP": "Có yếu tố nước ngoài", "GIAYTO": [{"TENGIAYTO": "Tờ khai", "SOBANCHINH": 1}]}
        ],
        "MOTADOITUONGTHUCHIEN": "Công dân Việt Nam, Tổ chức (không bao gồm doanh nghiệp, HTX)",
        "COQUANTHUCHIEN": [{"TENDONVI": "UBND cấp xã"}],
        "KETQUATHUCHIEN": [{"MAKETQUA": "1", "TENKETQUA": "Giấy khai sinh"}],
        "CANCUPHAPLY": [{"SOVANBAN": "60/2014/QH13", "TENVANBAN": "Luật Hộ tịch"}],
    } | changes


@pytest.fixture
def editor(city: City) -> User:
    return make_user("editor", city.district)


@pytest.fixture
def second(city: City) -> User:
    return make_user("editor", city.district)


@pytest.fixture
def version(city: City) -> ProcedureVersion:
    version = make_procedure("Đăng ký khai sinh")
    Procedure.objects.filter(pk=version.procedure_id).update(national_code="1.001193", code_verified=True)
    make_offering(version, city.ward)
    return version


@pytest.fixture
def update(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(records: Any, **options: Any) -> str:
        path = tmp_path / "thu-tuc.json"
        path.write_text(json.dumps({"data": records}), "utf-8")
        call_command("update_catalogue", path, **options)
        return capsys.readouterr().out

    return run


def applied(editor: User, second: User, **options: Any) -> dict[str, Any]:
    day = timezone.localdate() + timedelta(days=3)
    people = {"by": editor.username, "approved_by": second.username}
    return {"apply": True, "decision": "55/QĐ-UBND", "valid_from": day, **people, **options}


def test_a_dry_run_tells_what_is_new_changed_missing_and_refused_and_writes_nothing(
    update: Any, version: ProcedureVersion
) -> None:
    gone = make_procedure("Thủ tục không còn")
    Procedure.objects.filter(pk=gone.procedure_id).update(national_code="9.999999")
    broken = record("3.000001", CACHTHUCTHUCHIEN=[{"KENH": "Bồ câu"}])
    output = update([record(), record("2.000635", TENTTHC="Cấp bản sao"), broken, record(), "chữ"])
    assert "1 new, 1 changed, 0 the same, 1 missing, 3 refused" in output
    assert "Thời hạn: 5 ngày làm việc → 3 ngày làm việc" in output
    assert "? 9.999999  Thủ tục không còn" in output
    assert "! 3  3.000001  Không biết kênh “Bồ câu” (KENH)." in output
    assert "! 4  1.001193  Mã này đã có ở bản ghi trước trong tệp." in output
    assert ProcedureVersion.objects.count() == 2


def test_it_is_applied_as_versions_from_a_day_and_undone_exactly(
    update: Any, version: ProcedureVersion, editor: User, second: User
) -> None:
    as_was = list(ProcedureVersion.objects.values())
    update([record(), record("2.000635", TENTTHC="Cấp bản sao")], **applied(editor, second))
    new = version.procedure.versions.order_by("valid").last()
    assert (new.term_amount, new.fee_vnd, new.audience) == (3, 8000, ["citizen", "organisation"])
    assert new.legal_basis == ["Luật Hộ tịch số 60/2014/QH13"]
    assert [(paper.case, paper.name) for paper in new.documents.all()] == [("Có yếu tố nước ngoài", "Tờ khai")]
    assert {(way.way, way.fee_vnd) for way in new.channels.all()} == {("desk", 8000), ("post", None)}
    assert Procedure.objects.get(ref="2.000635").versions.count() == 1
    again = update([record()], valid_from=timezone.localdate() + timedelta(days=4))
    assert "0 changed, 1 the same" in again
    call_command("update_catalogue", undo=True, by=editor.username)
    assert list(ProcedureVersion.objects.values()) == as_was
    with pytest.raises(CommandError, match="Không có lượt cập nhật nào"):
        call_command("update_catalogue", undo=True, by=editor.username)


def test_an_application_that_dossiers_were_taken_in_by_stays_as_a_whole(
    update: Any, version: ProcedureVersion, editor: User, second: User, city: City
) -> None:
    records = [record(), record("2.000635", TENTTHC="Cấp bản sao")]
    update(records, **applied(editor, second, valid_from=timezone.localdate()))
    register(version.procedure.offerings.get(), city.ward_desk, at=timezone.now())
    with pytest.raises(CommandError, match="hoàn tác cần một người thứ hai"):
        call_command("update_catalogue", undo=True, by=editor.username, approved_by=editor.username)
    with pytest.raises(CommandError, match="Đã có hồ sơ"):
        call_command("update_catalogue", undo=True, by=editor.username, approved_by=second.username)
    assert CatalogueUpdate.objects.get().undone_at is None
    assert Procedure.objects.get(ref="2.000635").versions.count() == 1


def test_a_term_too_short_for_the_offices_own_process_or_promise_is_refused(
    update: Any, version: ProcedureVersion, city: City
) -> None:
    make_process(version, ("desk", 8), ("handler", 24), ("desk", 8))
    assert "Tổng số giờ của các khâu vượt quá thời hạn." in update([record()])
    version.processes.all().delete()
    make_offering(version, city.other_ward, committed_amount=4, committed_unit="working_day")
    assert f"{city.other_ward.name} đã cam kết 4 ngày làm việc" in update([record()])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("TENTIENGANH", "x" * 500),
        ("TENTTHC", "x" * 401),
        ("DONVIGIAIQUYET", "x" * 300),
        ("PHICHUNG", 2**40),
        ("THOIHAN", 99999),
        ("THOIHAN", "-5"),
        ("DONVITHOIHAN", "xyz"),
        ("MUCTRUCTUYEN", "abc"),
        ("DOITUONG", "abc"),
        ("COQUANPHOIHOP", "x" * 201),
        ("CANCUPHAPLY", [{"TENVANBAN": "x" * 401}]),
        ("TENGIAYTO", "x" * 501),
        ("TENMAUDON", "x" * 61),
        ("MATTHC", "1." + "0" * 53),
        ("MATTHC", "1." + "0" * 68),
        ("MATTHC", "1.\ud800"),
    ],
)
def test_what_the_tables_would_refuse_is_refused_before_anything_is_written(
    update: Any, version: ProcedureVersion, editor: User, second: User, name: str, message: Any
) -> None:
    wrong = record("2.000635", TENTTHC="Cấp bản sao") | {name: message}
    if name in {"TENGIAYTO", "TENMAUDON"}:
        wrong = record("2.000635", THANHPHANHOSO=[{"GIAYTO": [{"TENGIAYTO": "Tờ khai", name: message}]}])
    output = update([record(), wrong])
    assert "0 new, 1 changed, 0 the same, 0 missing, 1 refused" in output
    refusal = next(line for line in output.splitlines() if line.startswith("! 2"))
    assert name in refusal
    update([record(), wrong], **applied(editor, second))
    assert list(Procedure.objects.all()) == [version.procedure]


@pytest.mark.parametrize("code", ["9/9", "..", ".", "moi", "a b", "mã1", "danh-muc", "1.001612.ttl", "-1", "1\n2"])
def test_a_code_that_is_no_address_is_refused(update: Any, version: ProcedureVersion, code: str) -> None:
    output = update([record(code, TENTTHC="Cấp bản sao")])
    assert "0 new" in output
    assert "MATTHC: Chỉ gồm chữ không dấu, chữ số" in output


def test_a_code_that_differs_by_case_alone_is_refused_in_the_catalogue_and_in_the_file(
    update: Any, version: ProcedureVersion
) -> None:
    Procedure.objects.filter(pk=version.procedure_id).update(ref="H2-002", national_code="")
    output = update(
        [record("h2-002"), record("A-1"), record("a-1"), record("A-1", CAPTHUCHIEN="Cấp Huyện")], level="ward"
    )
    assert "1 new" in output
    assert output.count("Mã này đang là địa chỉ của một thủ tục khác trên cổng.") == 3


def test_two_editors_are_asked_for_and_nobody_else_applies_a_file(
    update: Any, version: ProcedureVersion, editor: User, second: User, city: City
) -> None:
    at_a_ward, gone = make_user("editor", city.ward), make_user("editor", city.district, is_active=False)
    others = [make_user("clerk", city.district), make_user("administrator", city.district), at_a_ward, gone]
    for option in ("by", "approved_by"):
        for name in ("", "nobody", *(other.username for other in others)):
            with pytest.raises(CommandError, match=r"must name an editor"):
                update([record()], **applied(editor, second, **{option: name}))
    with pytest.raises(CommandError, match="Người nạp không được tự duyệt"):
        update([record()], **applied(editor, editor))
    with pytest.raises(CommandError, match="Hãy ghi quyết định công bố"):
        update([record()], **applied(editor, second, decision="x" * 201))
    with pytest.raises(CommandError, match=r"must name an editor"):
        call_command("update_catalogue", undo=True, by=others[0].username)
    assert not CatalogueUpdate.objects.exists()
    update([record()], **applied(editor, second))
    done = CatalogueUpdate.objects.get()
    assert (done.author, done.approver) == (editor, second)
    assert {one.published_by for one in done.publications.all()} == {second}
    assert done.records is None


@pytest.mark.parametrize("text", ["", "{", "[1, 2", '"chữ"'])
def test_a_file_that_is_no_list_of_records_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hong.json"
    path.write_text(text, "utf-8")
    with pytest.raises(CommandError, match="JSON"):
        call_command("update_catalogue", path)


HEADS = ("MATTHC", "TENTTHC", "CAPTHUCHIEN", "TENLINHVUC", "CACHTHUC", "GIAYTO", "TRINHTU", "CANCUPHAPLY")
ROW = (
    *("2.000635", "Cấp bản sao", "Cấp xã", "Thử nghiệm", "Trực tiếp | 2 | Ngày làm việc | 0 | Miễn lệ phí"),
    *("Tờ khai | 1 | 0 | TP-01\nGiấy tờ tùy thân", "Nộp\nNhận", "60/2014/QH13 | Luật Hộ tịch"),
)


HEAD_ROW = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'


def sheet(path: Path) -> Any:
    book = Workbook(path)
    page = book.add_worksheet()
    page.write_row(0, 0, HEADS)
    page.write_row(1, 0, ROW)
    return book, page


def test_a_sheet_says_the_same_as_a_record(
    tmp_path: Path, version: ProcedureVersion, editor: User, second: User, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "thu-tuc.xlsx"
    book, _page = sheet(path)
    book.close()
    call_command("update_catalogue", path, **applied(editor, second))
    made = Procedure.objects.get(ref="2.000635").versions.get()
    assert (made.term_amount, made.fee_vnd, made.legal_basis) == (2, 0, ["Luật Hộ tịch số 60/2014/QH13"])
    assert [(paper.name, paper.originals, paper.form_code) for paper in made.documents.all()] == [
        ("Tờ khai", 1, "TP-01"),
        ("Giấy tờ tùy thân", 0, ""),
    ]


@pytest.mark.parametrize("ending", ["json", "xlsx"])
def test_a_file_without_a_record_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"trong.{ending}"
    if ending == "json":
        path.write_text('{"data": []}')
    else:
        book = Workbook(path)
        book.add_worksheet().write_row(0, 0, HEADS)
        book.close()
    with pytest.raises(CommandError, match="Tệp không có bản ghi thủ tục nào"):
        call_command("update_catalogue", path)
    if ending == "xlsx":
        Workbook(path).close()
        with pytest.raises(CommandError, match="Tệp không có bản ghi thủ tục nào"):
            call_command("update_catalogue", path)


def test_sheets_and_columns_that_no_record_is_made_of_are_told(
    tmp_path: Path, version: ProcedureVersion, capsys: pytest.CaptureFixture[str]
) -> None:
    path, report = tmp_path / "thu-tuc.xlsx", tmp_path / "report.json"
    book, page = sheet(path)
    page.write(1, len(HEADS) + 1, "không tiêu đề")
    book.add_worksheet("Cấp huyện").write(0, 0, "2.000636")
    book.add_worksheet("Ẩn").hide()
    book.close()
    call_command("update_catalogue", path, report=report)
    output = capsys.readouterr().out
    assert [line for line in output.splitlines() if line.startswith("#")] == [
        "# not read: sheets Cấp huyện",
        "# not read: sheets Ẩn",
        "# not read: columns J",
    ]
    assert json.loads(report.read_text("utf-8"))["unread"] == {"sheets": ["Cấp huyện", "Ẩn"], "columns": ["J"]}


def test_a_code_that_a_spreadsheet_took_for_a_number_is_the_same_code(tmp_path: Path) -> None:
    path = tmp_path / "thu-tuc.xlsx"
    book, page = sheet(path)
    page.write_number(1, 0, 2.00062)
    book.close()
    assert read_records(path).records[0]["MATTHC"] == "2.000620"


def test_a_part_too_many_is_told_and_not_left_out(tmp_path: Path) -> None:
    path = tmp_path / "thu-tuc.xlsx"
    book, page = sheet(path)
    page.write(1, HEADS.index("CANCUPHAPLY"), "60/2014/QH13 | Luật Hộ tịch | điều 3")
    book.close()
    with pytest.raises(CommandError, match=r"Cột CANCUPHAPLY: “60/2014/QH13.*có quá 2 phần"):
        call_command("update_catalogue", path)


@pytest.mark.parametrize("kind", ["long", "wide", "much of one text", "many"])
def test_a_small_file_that_unpacks_to_a_large_one_is_refused_before_memory_is_full(tmp_path: Path, kind: str) -> None:
    rows = {
        "long": '<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 1_000_000,
        "wide": '<row><c r="XFD1"><v>1</v></c></row>' * 100_000,
        "much of one text": HEAD_ROW + '<row><c t="s"><v>2</v></c><c t="s"><v>2</v></c></row>' * 4_000,
        "many": HEAD_ROW + '<row><c t="s"><v>0</v></c></row>' * 6_000,
    }
    path = tmp_path / "bom.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>')
        file.writestr("xl/_rels/workbook.xml.rels", '<R><Relationship Id="r1" Target="worksheets/a.xml"/></R>')
        strings = "".join(f"<si><t>{text}</t></si>" for text in ("MATTHC", "TENTTHC", "x" * 30_000))
        file.writestr("xl/sharedStrings.xml", f"<sst>{strings}</sst>")
        file.writestr("xl/worksheets/a.xml", f"<worksheet><sheetData>{rows[kind]}</sheetData></worksheet>")
    assert path.stat().st_size < 500_000
    tracemalloc.start()
    with pytest.raises(CommandError, match=r"quá lớn|bị hỏng|có quá 5000 bản ghi"):
        call_command("update_catalogue", path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000_000


@pytest.mark.parametrize("ending", [".xlsx", ".json"])
def test_lines_of_a_text_end_one_way_however_they_were_written(
    tmp_path: Path, version: ProcedureVersion, ending: str
) -> None:
    path = tmp_path / f"thu-tuc{ending}"
    version.conditions = "Một\r\nhai\rba"
    version.save()
    version.channels.create(way="desk")
    call_command("export_catalogue", path)
    (written,) = read_records(path).records
    assert content_from(written, empty_content())["conditions"] == "Một\nhai\nba"


def test_formulas_and_merged_cells_are_refused_by_the_name_of_their_cell(tmp_path: Path) -> None:
    path = tmp_path / "cong-thuc.xlsx"
    book, page = sheet(path)
    page.write_formula(2, 1, '="Cấp"&" bản sao"', value="Cấp bản sao")
    book.close()
    with pytest.raises(CommandError, match="Ô B3 chứa công thức"):
        call_command("update_catalogue", path)
    path = tmp_path / "gop.xlsx"
    book, page = sheet(path)
    page.merge_range(2, 0, 3, 0, "2.000636")
    page.write(3, 1, "Dòng dưới")
    book.close()
    with pytest.raises(CommandError, match="Ô A4 bị gộp"):
        call_command("update_catalogue", path)


@pytest.mark.usefixtures("catalogue")
class TestTheWholeCatalogue:
    """Out and back in, with what an editor may have written into it."""

    @pytest.fixture(autouse=True)
    def _odd(self) -> None:
        odd = ProcedureVersion.objects.filter(procedure__ref="1.001193")
        odd.update(
            conditions="Một | hai\nba\\n_x000D_", term_note="xác minh: 5 ngày", decision="12/QĐ-UBND", fee_note="a|b"
        )
        version = odd.get()
        version.steps.filter(position=1).update(text="Nộp | xem\nrồi chờ \\ hẹn")
        version.documents.filter(position=1).update(case="Nước ngoài | khác", form_code="TP/HT")
        version.channels.filter(way="post").update(term_text="theo bưu chính", fee_vnd=5000, fee_note="phí | gửi")

    @pytest.mark.parametrize("ending", [".xlsx", ".json"])
    def test_nothing_differs_from_what_was_written(self, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"catalogue{ending}"
        call_command("export_catalogue", path)
        output = StringIO()
        call_command("update_catalogue", path, stdout=output)
        assert output.getvalue().splitlines()[0] == "0 new, 0 changed, 463 the same, 0 missing, 0 refused", (
            output.getvalue()
        )

    @pytest.mark.parametrize("ending", [".xlsx", ".json"])
    def test_a_record_alone_says_all_that_a_version_says_to_the_public(self, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"catalogue{ending}"
        call_command("export_catalogue", path)
        versions = list(
            with_content(ProcedureVersion.objects.in_force(timezone.localdate())).order_by("sort_key", "pk")
        )
        not_in_records = {name: empty_content()[name] for name in ("process", "committed")}
        shown = [content_from(record, empty_content()) for record in read_records(path).records]
        assert shown == [content_of(version) | not_in_records for version in versions]

    def test_a_correction_in_the_file_is_all_that_differs(self, tmp_path: Path) -> None:
        path = tmp_path / "catalogue.json"
        call_command("export_catalogue", path)
        records = json.loads(path.read_text())
        next(one for one in records if one["TENTTHC"] == "Đăng ký khai sinh")["TENTIENGANH"] = "Registering a birth"
        path.write_text(json.dumps(records))
        output = StringIO()
        call_command("update_catalogue", path, stdout=output)
        assert output.getvalue().splitlines()[:3] == [
            "0 new, 1 changed, 462 the same, 0 missing, 0 refused",
            "~ 1.001193  Đăng ký khai sinh",
            "    Tên tiếng Anh: Birth registration → Registering a birth",
        ]
