"""A second person sees everything that a draft changes; citizens see what concerns them."""

from copy import deepcopy
from typing import Any

import pytest
from django.utils import timezone

from procedures.models import Channel, ProcedureVersion
from procedures.national.comparison import compare
from procedures.national.writing import record_from
from procedures.versions.content import (
    Content,
    as_version,
    content_of,
    empty_content,
    with_content,
)
from procedures.versions.content_differences import compared
from procedures.versions.differences import differences
from procedures.versions.offices import office_differences
from tests.factories import City, make_procedure

pytestmark = pytest.mark.django_db

PAPER = {"case": "", "name": "Tờ khai", "originals": 1, "copies": 0, "form_code": "", "form": None}
OTHER = PAPER | {"name": "Giấy chứng sinh"}
WAY = {"way": "desk", "term_text": "3 ngày", "fee_vnd": 0, "fee_note": ""}
STEP = {"name": "Thụ lý", "place": "handler", "unit": None, "hours": 8, "group": 0, "owner": "", "record": ""}
DESK = STEP | {"name": "Tiếp nhận", "place": "desk"}
PROCESS = {"number": "QT-01", "decision": "1/QĐ", "approver": "Chủ tịch", "steps": [DESK, STEP]}
PROMISE = {"change": "all", "amount": 2, "unit": "working_day"}
BASE: Content = empty_content() | {
    "name": "Đăng ký khai sinh",
    "term_amount": 3,
    "term_unit": "working_day",
    "fee_vnd": 0,
    "audience": ["citizen"],
    "legal_basis": ["Luật Hộ tịch"],
    "steps": ["Nộp", "Nhận"],
    "papers": [PAPER, OTHER],
    "ways": [WAY],
    "process": PROCESS,
    "committed": PROMISE,
}
NEW: dict[str, Any] = {
    **dict.fromkeys(("name", "name_en", "term_note", "fee_note", "online_reason", "result", "conditions"), "Mới"),
    **dict.fromkeys(("competent", "handling"), "Mới"),
    "term_unit": "day",
    "term_amount": 4,
    "online_level": "mot_phan",
    "audience": ["citizen", "business"],
    "coordinating": ["Công an"],
    "legal_basis": ["Luật Hộ tịch", "Nghị định 1"],
    "fee_vnd": 5000,
    "name_verified": True,
    "term_verified": True,
    "interlinked": True,
    "cut_off": "15:00",
    "papers": [OTHER, PAPER],
    "steps": ["Nhận", "Nộp"],
    "ways": [],
    "process": PROCESS | {"steps": [DESK, DESK, STEP]},
    "committed": {"change": "none", "amount": None, "unit": ""},
}
PAPERS = {"case": "Mất giấy", "name": "Đơn", "originals": 2, "copies": 1, "form_code": "M1", "form": 7}
WAYS = {"way": "post", "term_text": "4 ngày", "fee_vnd": 5000, "fee_note": "một bản"}
APPROVAL = {"number": "QT-02", "decision": "2/QĐ", "approver": "Phó Chủ tịch"}
STEPS = {"name": "Ký", "place": "leader", "unit": 0, "hours": 4, "group": 1, "owner": "Bà A", "record": "Sổ"}
PROMISES = {"change": "keep", "amount": 1, "unit": "day"}


@pytest.fixture
def version(city: City) -> ProcedureVersion:
    return make_procedure("Đăng ký khai sinh")


def changes(city: City) -> dict[str, Content]:
    """The same draft with one thing of it changed, by what was changed."""
    made = {name: BASE | {name: value} for name, value in NEW.items()}
    made |= {f"paper {name}": BASE | {"papers": [PAPER | {name: text}, OTHER]} for name, text in PAPERS.items()}
    made |= {f"way {name}": BASE | {"ways": [WAY | {name: text}]} for name, text in WAYS.items()}
    made |= {name: BASE | {"process": PROCESS | {name: text}} for name, text in APPROVAL.items()}
    steps = STEPS | {"unit": city.ward.pk}
    made |= {
        f"step {name}": BASE | {"process": PROCESS | {"steps": [DESK, STEP | {name: steps[name]}]}} for name in steps
    }
    made |= {f"promise {name}": BASE | {"committed": PROMISE | {name: text}} for name, text in PROMISES.items()}
    return made | {
        "a paper twice": BASE | {"papers": [PAPER, OTHER, OTHER]},
        "a paper in between": BASE | {"papers": [PAPER, PAPER | {"name": "Đơn"}, OTHER]},
        "owner as record": BASE | {"process": PROCESS | {"steps": [DESK, STEP | {"record": "Bà A"}]}},
    }


def test_whoever_decides_sees_each_thing_a_draft_can_change(city: City, version: ProcedureVersion) -> None:
    rows = {what: compared(deepcopy(BASE), content, version.procedure) for what, content in changes(city).items()}
    assert [what for what, found in rows.items() if not found] == []
    shown = {what: tuple(found) for what, found in rows.items()}
    assert len(set(shown.values())) == len(shown)
    assert compared(BASE, deepcopy(BASE), version.procedure) == []


def test_nothing_a_draft_can_hold_is_left_out_of_that_rule() -> None:
    """A part that is new is named here too."""
    assert set(NEW) == set(empty_content())
    for table, row in ((PAPERS, PAPER), (WAYS, WAY), (STEPS, STEP), (PROMISES, PROMISE)):
        assert set(table) == set(row)
    assert {*APPROVAL, "steps"} == set(empty_content()["process"])


def test_what_comes_is_shown_with_all_that_is_said_of_it(version: ProcedureVersion) -> None:
    came = PAPER | {"name": "Đơn", "case": "Mất giấy", "copies": 2, "form_code": "Mẫu 3"}
    ways = [WAY, {"way": "online", "term_text": "2 ngày", "fee_vnd": 8000, "fee_note": "mỗi bản"}]
    after = BASE | {"papers": [PAPER, OTHER, came], "ways": ways}
    rows = differences(as_version(BASE, version.procedure), as_version(after, version.procedure))
    assert [(row.what, row.after) for row in rows] == [
        ("Thêm giấy tờ", "Đơn [Mất giấy]: 1 bản chính, 2 bản sao, Mẫu 3"),
        ("Nhận thêm qua", "Trực tuyến: 2 ngày · 8.000 đồng (mỗi bản)"),
    ]


def test_citizens_are_told_of_another_order_but_of_no_internal_step(version: ProcedureVersion) -> None:
    after = BASE | {"papers": [OTHER, PAPER], "process": PROCESS | {"steps": [STEP]}, "name_verified": True}
    rows = differences(as_version(BASE, version.procedure), as_version(after, version.procedure))
    assert rows == [("Thứ tự giấy tờ", "Tờ khai → Giấy chứng sinh", "Giấy chứng sinh → Tờ khai")]


def test_a_draft_half_written_can_be_compared(version: ProcedureVersion) -> None:
    half = {"change": "all", "amount": 4, "unit": ""}
    (row,) = compared(BASE, BASE | {"committed": half}, version.procedure)
    assert row.after == "4 …"


def test_each_thing_that_is_decided_of_an_office_is_shown(city: City) -> None:
    ward, other = city.ward.pk, city.district.pk
    offer = {"unit": ward, "handler": ward, "amount": 2, "term_unit": "working_day", "cut_off": None}
    new = {"handler": other, "amount": 1, "term_unit": "day", "cut_off": "15:00"}
    assert set(new) | {"unit"} == set(offer)
    shown = [office_differences({"offers": [offer]}, {"offers": [offer | {name: new[name]}]})[0].after for name in new]
    assert len(set(shown)) == len(new)
    assert office_differences({"offers": [offer]}, {"offers": []})[0].after == "không nhận"


@pytest.mark.parametrize("papers", [[1, 0], [0, 1, 1]])
def test_an_update_by_file_counts_another_order_and_a_paper_more_as_a_change(
    version: ProcedureVersion, papers: list[int]
) -> None:
    Channel.objects.create(version=version, way="desk")
    version.procedure.national_code = "1.001612"
    version.procedure.save()
    present = with_content(ProcedureVersion.objects.all()).select_related("procedure__level", "procedure__field").get()
    content, today = content_of(present), timezone.localdate()
    again = compare([record_from(content, present.procedure)], valid_from=today, today=today)
    assert (again.same, again.changed, again.refused) == (1, [], [])
    content["papers"] = [content["papers"][place] for place in papers]
    found = compare([record_from(content, present.procedure)], valid_from=today, today=today)
    assert [len(change.rows) for change in found.changed] == [1], found
