"""The papers of one's own case, and what changed between versions."""

import json
import re
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from procedures.models import Channel, ProcedureVersion, RequiredDocument, Step
from procedures.pages.checklist import checklist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

REF = "1.000894"


def _paper(position: int, name: str, case: str = "") -> dict[str, Any]:
    return {"position": position, "name": name, "case": case, "originals": 1, "copies": 0, "form_code": ""}


PAPERS = [
    _paper(1, "Tờ khai"),
    _paper(2, "Giấy chứng sinh", "Sinh ở bệnh viện"),
    _paper(3, "Văn bản của người làm chứng", "Sinh ở nhà"),
    _paper(4, "Giấy ủy quyền (nếu nhờ người khác đi thay)"),
    _paper(5, "Giấy chứng nhận kết hôn (nếu có)"),
]


def _needed(**answers: Any) -> list[int]:
    asked = {"case": None, "holds": [], "is_answered": True} | answers
    return [paper["position"] for paper in checklist(PAPERS, **asked).papers]


def test_before_anything_is_answered_every_paper_is_listed() -> None:
    assert _needed(is_answered=False) == [1, 2, 3, 4, 5]


def test_an_answer_leaves_only_the_papers_of_the_case() -> None:
    assert _needed(case=0) == [1, 2]
    assert _needed(case=1, holds=[4]) == [1, 3, 4]
    assert _needed(case=9) == _needed() == [1, 2, 3]


def test_conditions_are_asked_in_the_words_of_the_paper() -> None:
    conditions = checklist(PAPERS, case=None, holds=[], is_answered=False).conditions
    assert [(each.text, each.paper, each.is_any) for each in conditions] == [
        ("nhờ người khác đi thay", "Giấy ủy quyền", False),
        ("có", "Giấy chứng nhận kết hôn", True),
    ]


def _listed(client: Client, query: str = "") -> list[str]:
    page = BeautifulSoup(client.get(f"/thu-tuc/{REF}/giay-to/{query}").content, "html.parser")
    return [paper.text for paper in page.select(".ticklist b")]


def test_the_list_works_without_scripts_and_its_answers_are_in_the_address(client: Client) -> None:
    every = _listed(client)
    mine = _listed(client, "?tra-loi=1&noi-nop=bach-mai")
    assert set(mine) < set(every)
    assert not any("(nếu" in name for name in mine)
    assert _listed(client, "?tra-loi=1&co=2") == every


@pytest.mark.parametrize("query", ["?truong-hop=x&co=%F0%9F%99%82", "?co=99999999999999999999"])
def test_answers_that_make_no_sense_are_passed_over(client: Client, query: str) -> None:
    assert client.get(f"/thu-tuc/{REF}/giay-to/{query}").status_code == 200


def test_the_place_is_named_only_where_it_was_chosen(client: Client) -> None:
    assert "Điện thoại" not in client.get(f"/thu-tuc/{REF}/giay-to/").content.decode().split("</section>")[0]
    assert "Một cửa phường Bạch Mai" not in client.get(f"/thu-tuc/{REF}/giay-to/").content.decode()
    assert "phường Bạch Mai" in client.get(f"/thu-tuc/{REF}/giay-to/?noi-nop=bach-mai").content.decode()


@pytest.mark.parametrize("path", ["giay-to/", "thay-doi/"])
def test_what_no_procedure_has_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/thu-tuc/khong-co/{path}").status_code == 404


@pytest.mark.parametrize("path", ["giay-to/?noi-nop=bach-mai", "thay-doi/", ""])
def test_the_pages_of_a_procedure_take_at_most_six_queries(
    client: Client, path: str, settings: Any, django_assert_max_num_queries: Any
) -> None:
    settings.PAGES_TRUSTED_FOR = 60
    client.get(f"/thu-tuc/{REF}/{path}")
    with django_assert_max_num_queries(6):
        assert client.get(f"/en/thu-tuc/{REF}/{path}").status_code == 200


def _renewed() -> ProcedureVersion:
    """From July 2026 on: a day instead of within the day, one paper more and one less, and no post."""
    old = ProcedureVersion.objects.get(procedure__ref=REF)
    ProcedureVersion.objects.filter(pk=old.pk).update(valid=DateRange(old.valid.lower, date(2026, 7, 1)))
    papers, steps = list(old.documents.all()), list(old.steps.all())
    new = ProcedureVersion.objects.get(pk=old.pk)
    new.pk, new.valid, new.term_amount, new.term_unit = None, DateRange(date(2026, 7, 1), None), 3, "working_day"
    new.decision, new.cut_off = "Quyết định số 12/QĐ-UBND", None
    new.save(force_insert=True)
    for paper in papers[1:]:
        RequiredDocument.objects.create(version=new, position=paper.position, name=paper.name, originals=2)
    RequiredDocument.objects.create(version=new, position=9, name="Giấy tờ mới", originals=1)
    Step.objects.bulk_create(Step(version=new, position=step.position, text=step.text) for step in steps)
    Channel.objects.create(version=new, way="desk", term_text="03 ngày làm việc")
    return new


def test_what_changed_is_shown_beside_what_it_was(client: Client) -> None:
    _renewed()
    page = BeautifulSoup(client.get(f"/thu-tuc/{REF}/thay-doi/").content, "html.parser")
    newest, oldest = page.select("section.card")
    text = " ".join(newest.get_text(" ").split())
    assert "Có hiệu lực từ 01/07/2026" in text
    assert "Quyết định số 12/QĐ-UBND" in text
    assert "3 ngày làm việc" in newest.find("ins").text
    assert "Thêm giấy tờ Giấy tờ mới" in text
    assert "Bớt giấy tờ Tờ khai đăng ký kết hôn" in text
    assert "Thôi nhận qua Bưu chính công ích" in text
    assert "Các bước" not in text
    assert "Bản đầu tiên trên cổng." in oldest.text


def test_the_page_leads_to_the_changes_and_the_list_of_changes_to_the_page(client: Client) -> None:
    assert "Chưa có bản nào trước đó" in client.get(f"/thu-tuc/{REF}/").content.decode()
    _renewed()
    assert f'href="/thu-tuc/{REF}/thay-doi/"' in client.get(f"/thu-tuc/{REF}/").content.decode()
    changes = client.get("/thu-tuc/moi-doi/").content.decode()
    assert f'href="/thu-tuc/{REF}/#thay-doi"' in changes
    assert "01/07/2026" in changes
    assert "01/01/2020" not in changes


def test_search_engines_are_told_what_the_page_says(client: Client) -> None:
    page = client.get(f"/thu-tuc/{REF}/").content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block
    shown = json.loads(block.group(1))
    assert (shown["@type"], shown["identifier"], shown["name"]) == ("GovernmentService", REF, "Đăng ký kết hôn")
    assert {channel["name"] for channel in shown["availableChannel"]} >= {"Trực tiếp"}
    assert len(shown["serviceOperator"]) == 20


def test_nothing_in_the_data_block_ends_it(client: Client) -> None:
    ProcedureVersion.objects.filter(procedure__ref=REF).update(result="</script><script>alert(1)</script>&")
    page = client.get(f"/thu-tuc/{REF}/").content.decode()
    assert "<script>alert" not in page
    assert "\\u003C/script\\u003E" in page


def test_a_partial_service_says_why_or_that_it_does_not_say(client: Client) -> None:
    assert "Lý do chưa toàn trình: chưa được công bố." in client.get(f"/thu-tuc/{REF}/").content.decode()
    ProcedureVersion.objects.filter(procedure__ref=REF).update(online_reason="Phải có mặt hai bên")
    assert "Phải có mặt hai bên" in client.get(f"/thu-tuc/{REF}/").content.decode()
