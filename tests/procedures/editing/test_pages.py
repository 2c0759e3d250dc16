"""The pages on which the catalogue is kept: one editor writes, another compares and publishes."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from procedures.models import (
    Field,
    Procedure,
    ProcedureDraft,
    ProcedureVersion,
    Publication,
)
from tests.factories import (
    City,
    make_kind,
    make_offering,
    make_procedure,
    make_process,
    make_user,
    register,
)

pytestmark = pytest.mark.django_db
LIST = "/can-bo/thu-tuc/"


@pytest.fixture
def version(city: City) -> ProcedureVersion:
    version = make_procedure("Đăng ký khai sinh")
    make_process(version, ("desk", 4), ("handler", 8), ("desk", 4))
    make_offering(version, city.ward)
    return version


def page_of(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(response: Any) -> str:
    return " ".join(page_of(response).find("main").get_text(" ").split())


def typed(response: Any, **changed: str | list[str]) -> dict[str, Any]:
    """What the form of a page would send as it stands, with some of it changed."""
    form = page_of(response).select_one("main form:has([name=gui])")
    sent: dict[str, Any] = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = field["name"], field.get("type")
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            sent[name] = chosen["value"] if chosen else ""
        elif field.name == "textarea":
            sent[name] = field.text.lstrip("\n")
        elif kind not in {"checkbox", "radio"}:
            sent[name] = field.get("value", "")
        elif field.has_attr("checked"):
            sent.setdefault(name, []).append(field.get("value", "on"))
    return sent | changed


def whole(**more: str) -> dict[str, str | list[str]]:
    today = timezone.localdate()
    return {
        "decision": "12/QĐ-UBND",
        "decided_on": f"{today:%d/%m/%Y}",
        "valid_from": f"{today + timedelta(days=7):%d/%m/%Y}",
        "audience": ["citizen"],
        "result": "Giấy khai sinh",
        "competent": "UBND phường",
        "legal_basis": "Luật Hộ tịch số 60/2014/QH13",
        "steps": "Nộp hồ sơ\nNhận kết quả",
        "cach-0-used": "on",
        "cach-0-term_text": "3 ngày làm việc",
        "term_amount": "3",
        **more,
    }


def begun(client: Client, version: ProcedureVersion) -> str:
    return str(client.post(f"{LIST}{version.procedure.ref}/soan/")["Location"])


def decided(client: Client, at: str, verb: str, **changes: str) -> Any:
    """Press a button of the page that compares the draft, with what that page sends along."""
    return client.post(f"{at}{verb}/", seen(client, at) | changes)


def seen(client: Client, at: str) -> dict[str, str]:
    field = page_of(client.get(at)).select_one("form [name=seen]")
    return {"seen": field["value"]} if field else {}


def test_a_draft_is_written_compared_by_a_second_person_and_published(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    register(version.procedure.offerings.get(), city.ward_desk, at=timezone.now())
    at = begun(client, version)
    sent = client.post(at, typed(client.get(at), gui="1", **whole()))
    assert sent.status_code == 302, text(sent)
    assert not page_of(client.get(at)).select("form[action$='cong-bo/']")
    client.force_login(make_user("editor", city.district))
    shown = client.get(at)
    assert "1 hồ sơ chưa xong ở lại bản cũ" in text(shown)
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page_of(shown).select("#main tbody tr")]
    assert ["Thời hạn", "5 ngày làm việc", "3 ngày làm việc"] in rows
    assert ["Căn cứ pháp lý", "—", "Luật Hộ tịch số 60/2014/QH13"] in rows
    done = decided(client, at, "cong-bo", valid_from=str(whole()["valid_from"]))
    assert done.status_code == 302
    assert "bản mới từ" in text(client.get(LIST))
    assert version.procedure.versions.order_by("valid").last().term_amount == 3


def sent_for_review(client: Client, version: ProcedureVersion, **more: str) -> str:
    at = begun(client, version)
    sent = client.post(at, typed(client.get(at), gui="1", **whole(**more)))
    assert sent.status_code == 302, text(sent)
    return at


@pytest.mark.parametrize(
    ("verb", "message"),
    [("cong-bo", {"valid_from": whole()["valid_from"]}), ("tra-lai", {"reason": "Thiếu một thông tư"})],
)
def test_nobody_decides_on_a_draft_that_changed_since_they_read_it(
    client: Client, city: City, version: ProcedureVersion, author: User, verb: str, message: dict[str, str]
) -> None:
    at = sent_for_review(client, version, fee_vnd="8000")
    second = Client()
    second.force_login(make_user("editor", city.district))
    read = seen(second, at)
    client.post(f"{at}rut/")
    assert second.post(f"{at}{verb}/", read | message).status_code == 409
    client.post(at, typed(client.get(at), gui="1", fee_vnd="900000"))
    answer = second.post(f"{at}{verb}/", read | message)
    assert answer.status_code == 409
    assert "dự thảo đã đổi sau khi mở trang này" in text(answer)
    assert "900.000 đồng" in text(answer)
    assert ProcedureDraft.objects.get().status == "submitted"
    assert not version.procedure.publications.exists()
    assert second.post(f"{at}{verb}/", {}).status_code == 422
    assert second.post(f"{at}{verb}/", message).status_code == 409
    assert decided(second, at, verb, **message).status_code == 302


def test_a_slip_of_the_keyboard_does_not_make_a_page_seen_that_was_not(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    at = sent_for_review(client, version)
    client.force_login(make_user("editor", city.district))
    read = seen(client, at)
    ProcedureDraft.objects.update(edition=9)
    wrong = client.post(f"{at}cong-bo/", read | {"valid_from": "mai"})
    assert wrong.status_code == 422
    assert page_of(wrong).select_one("[name=seen]")["value"] == read["seen"]


def test_two_windows_of_one_author_never_overwrite_each_other_unseen(
    client: Client, version: ProcedureVersion, author: User
) -> None:
    at = begun(client, version)
    first, other = client.get(at), client.get(at)
    client.post(at, typed(first, luu="1", result="Giấy khai sinh", decision="12/QĐ-UBND"))
    answer = client.post(at, typed(other, luu="1", fee_vnd="8000"))
    page = page_of(answer)
    assert answer.status_code == 409
    assert "đã được lưu ở một cửa sổ khác" in text(answer)
    assert page.select_one("title").text.strip().startswith("Lỗi:")
    cells = [cell.get_text() for cell in page.select("section[aria-labelledby=moved] tbody tr *")]
    assert {"Giấy khai sinh", "12/QĐ-UBND", "8.000 đồng"} <= set(cells)
    assert page.select_one("#id_fee_vnd")["value"] == "8000"
    stored = ProcedureDraft.objects.get()
    assert (stored.content["result"], stored.content["fee_vnd"]) == ("Giấy khai sinh", version.fee_vnd)
    assert client.post(at, typed(answer, luu="1", result="Giấy khai sinh")).status_code == 302
    stored.refresh_from_db()
    assert (stored.content["result"], stored.content["fee_vnd"]) == ("Giấy khai sinh", 8000)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31"])
def test_no_day_of_a_draft_lies_farther_away_than_a_decision_can(
    client: Client, city: City, version: ProcedureVersion, author: User, day: str
) -> None:
    at = begun(client, version)
    answer = client.post(at, typed(client.get(at), luu="1", decided_on=day, valid_from=day))
    assert answer.status_code == 422
    for name in ("decided_on", "valid_from"):
        assert "Ngày phải từ 01/01/2000 đến" in page_of(answer).select_one(f"#id_{name}_error").text
        assert page_of(answer).select_one(f"#id_{name}")["value"] == day
    client.post(at, typed(client.get(at), gui="1", **whole()))
    client.force_login(make_user("editor", city.district))
    assert decided(client, at, "cong-bo", valid_from=day).status_code == 422
    ProcedureDraft.objects.update(decided_on=day)
    for page in (LIST, at, f"{LIST}chat-luong/"):
        assert client.get(page).status_code == 200


def test_what_is_wrong_is_shown_beside_its_field_and_everything_typed_stays(
    client: Client, version: ProcedureVersion, author: User
) -> None:
    at = begun(client, version)
    wrong = whole(legal_basis="", term_amount="1", name="Tên mới")
    answer = client.post(at, typed(client.get(at), gui="1", **wrong))
    page = page_of(answer)
    assert answer.status_code == 422
    assert "Thiếu căn cứ pháp lý" in page.select_one("#id_legal_basis_error").text
    assert "vượt quá thời hạn" in page.select_one("section[aria-labelledby=process] .error").text
    assert page.select_one("#id_name")["value"] == "Tên mới"
    assert ProcedureDraft.objects.get().content["name"] == "Tên mới"
    assert ProcedureDraft.objects.get().status == "writing"
    garbled = client.post(at, typed(client.get(at), luu="1", decided_on="hôm qua", **{"buoc-0-hours": "nhiều"}))
    assert garbled.status_code == 422
    assert "Ghi bằng số" in text(garbled)


def test_a_list_grows_and_loses_rows(client: Client, version: ProcedureVersion, author: User) -> None:
    at = begun(client, version)
    before = len(page_of(client.get(at)).select("[name^=giay-][name$=-name]"))
    grown = client.post(at, typed(client.get(at), them="giay"))
    assert len(page_of(grown).select("[name^=giay-][name$=-name]")) == before + 3
    client.post(at, typed(grown, luu="1", **{"giay-0-DELETE": "on", f"giay-{before}-name": "Giấy mới"}))
    assert [row["name"] for row in ProcedureDraft.objects.get().content["papers"]] == ["Giấy tờ 2", "Giấy mới"]


@pytest.mark.parametrize(
    ("fields", "beside", "message"),
    [
        ({"giay-2-case": "Mất giấy"}, "giay-2-name", "Hãy ghi tên giấy tờ"),
        ({"giay-2-form_code": "Mẫu 3"}, "giay-2-name", "Hãy ghi tên giấy tờ"),
        ({"giay-0-name": ""}, "giay-0-name", "Hãy ghi tên giấy tờ"),
        ({"buoc-3-owner": "Bà A"}, "buoc-3-name", "Hãy ghi việc của bước này"),
        ({"cach-1-term_text": "3 ngày"}, "cach-1-used", "Hãy đánh dấu cách này"),
    ],
)
def test_nothing_typed_into_a_row_is_dropped_for_want_of_its_name(
    client: Client, version: ProcedureVersion, author: User, fields: dict[str, str], beside: str, message: str
) -> None:
    at = begun(client, version)
    answer = client.post(at, typed(client.get(at), luu="1", **fields))
    page = page_of(answer)
    assert answer.status_code == 422
    assert page.select_one("title").text.strip().startswith("Lỗi:")
    assert message in page.select_one("main .errors").text
    assert message in page.select_one(f"#id_{beside}_error").text
    for name, value in fields.items():
        assert page.select_one(f"[name={name}]").get("value", "") == value


def test_a_row_is_taken_away_whole_and_a_way_by_its_tick(
    client: Client, version: ProcedureVersion, author: User
) -> None:
    at = begun(client, version)
    client.post(at, typed(client.get(at), luu="1", **whole()))
    sent = typed(client.get(at), luu="1", **{"giay-0-name": "", "giay-0-DELETE": "on"})
    del sent["cach-0-used"]
    assert client.post(at, sent).status_code == 302
    stored = ProcedureDraft.objects.get().content
    assert ([row["name"] for row in stored["papers"]], stored["ways"]) == (["Giấy tờ 2"], [])


def test_signing_in_again_leads_back_to_the_draft_with_what_was_typed(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    at = sent_for_review(client, version)
    second = make_user("editor", city.district)
    client.force_login(second)
    form = page_of(client.get(at)).select_one("form[action$='tra-lai/']")
    sent = {field["name"]: field.get("value", "") for field in form.select("input")} | {"reason": "Thiếu thông tư"}
    client.logout()
    back = client.post(f"{at}tra-lai/", sent)["Location"]
    assert back.endswith(f"{at}tra-lai/")
    client.force_login(second)
    answer = client.get(f"{at}tra-lai/")
    assert answer.status_code == 200
    assert page_of(answer).select_one("#id_reason").text.strip() == "Thiếu thông tư"
    assert "Nội dung đã nhập còn nguyên" in page_of(answer).text
    for verb in ("cong-bo", "tra-lai", "rut", "bo"):
        assert client.get(f"{at}{verb}/")["Location"] == at
    assert client.get(f"{at}khac/").status_code == 404


def test_what_was_signed_more_than_five_working_days_ago_is_late_on_the_list(
    client: Client, version: ProcedureVersion, author: User
) -> None:
    begun(client, version)
    late = f"{LIST}?tinh-trang=cham"
    ProcedureDraft.objects.update(decided_on=timezone.localdate() - timedelta(days=1))
    assert "Đăng ký khai sinh" not in text(client.get(late))
    ProcedureDraft.objects.update(decided_on=timezone.localdate() - timedelta(days=30))
    assert "Đăng ký khai sinh" in text(client.get(late))


def test_a_new_procedure_is_nobodys_until_its_first_version_is_published(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    field = version.procedure.field.slug
    new = {"name": "Cấp bản sao", "ref": "2.000635", "national_code": "", "level": "ward", "field": field}
    assert client.post(f"{LIST}moi/", new | {"ref": version.procedure.ref}).status_code == 422
    assert client.post(f"{LIST}moi/", new).status_code == 302
    made = Procedure.objects.get(ref="2.000635")
    assert client.get(made.get_absolute_url()).status_code == 404
    assert "Cấp bản sao" in text(client.get(f"{LIST}?tinh-trang=chua-cong-bo"))


def test_a_withdrawal_is_drafted_decided_and_taken_back(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    ref = version.procedure.ref
    at = str(client.post(f"{LIST}{ref}/soan/", {"viec": "bai-bo"})["Location"])
    assert (
        client.post(at, {"gui": "1", "edition": "1", "decision": "", "decided_on": "", "valid_from": ""}).status_code
        == 422
    )
    decision_fields = {name: whole()[name] for name in ("decision", "decided_on", "valid_from")}
    client.post(at, typed(client.get(at), gui="1", **decision_fields))
    client.force_login(make_user("editor", city.district))
    assert decided(client, at, "tra-lai", reason="ngắn").status_code == 422
    assert decided(client, at, "cong-bo", valid_from=str(decision_fields["valid_from"])).status_code == 302
    assert "bãi bỏ từ" in text(client.get(f"{LIST}?tinh-trang=hen-bai-bo"))
    publication = version.procedure.publications.get()
    called_off(client, publication)
    version.refresh_from_db()
    assert version.valid.upper is None


def called_off(client: Client, publication: Publication) -> Any:
    page = f"{LIST}{publication.procedure.ref}/thu-hoi/{publication.pk}/"
    return client.post(page, {"reason": "Sai ngày áp dụng"})


def test_taking_back_asks_first_and_wants_a_reason_that_is_shown(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    at = sent_for_review(client, version)
    client.force_login(make_user("editor", city.district))
    decided(client, at, "cong-bo", valid_from=str(whole()["valid_from"]))
    publication = version.procedure.publications.get()
    shown = f"{LIST}{version.procedure.ref}/"
    page = page_of(client.get(shown)).select_one("a[href*=thu-hoi]")["href"]
    assert "Thu hồi lần công bố này?" in text(client.get(page))
    answer = client.post(page, {"reason": "sai"})
    assert answer.status_code == 422
    assert page_of(answer).select_one("#id_reason").text.strip() == "sai"
    assert page_of(answer).select_one("#id_reason_error")
    publication.refresh_from_db()
    assert publication.taken_back_at is None
    assert called_off(client, publication).status_code == 302
    assert "Lý do thu hồi: Sai ngày áp dụng" in text(client.get(shown))


def test_what_has_begun_is_taken_back_by_nobody_alone(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    at = sent_for_review(client, version)
    client.force_login(make_user("editor", city.district))
    decided(client, at, "cong-bo", valid_from=f"{timezone.localdate():%d/%m/%Y}")
    assert not page_of(client.get(f"{LIST}{version.procedure.ref}/")).select("a[href*=thu-hoi]")
    answer = called_off(client, version.procedure.publications.get())
    assert answer.status_code == 422
    assert "Đã áp dụng nên không thu hồi được" in text(answer)
    assert version.procedure.versions.count() == 2


def test_only_editors_of_the_whole_tenant_see_these_pages(client: Client, city: City) -> None:
    for role, unit in (("clerk", city.ward_desk), ("editor", city.ward), ("official", city.district)):
        client.force_login(make_user(role, unit))
        pages = (LIST, f"{LIST}moi/", f"{LIST}chat-luong/", f"{LIST}niem-yet/")
        assert {client.get(page).status_code for page in pages} == {404}


def test_the_lists_cost_the_same_however_many_procedures_there_are(
    client: Client, city: City, version: ProcedureVersion, author: User, django_assert_max_num_queries: Any
) -> None:
    at = begun(client, version)
    for number in range(5):
        make_offering(make_procedure(f"Thủ tục {number}"), city.ward)
    client.get(LIST)
    for page, most in ((LIST, 6), (f"{LIST}chat-luong/", 5), (f"{LIST}{version.procedure.ref}/", 9), (at, 5)):
        with django_assert_max_num_queries(most):
            assert client.get(page).status_code == 200


def test_doubts_are_listed_by_whose_they_are_and_lead_to_the_procedure(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    version.legal_basis = ["Luật Đất đai số 45/2013/QH13"]
    version.save()
    page = client.get(f"{LIST}chat-luong/?don-vi={city.ward.name}")
    assert "căn cứ 45/2013/QH13 đã được thay bằng 31/2024/QH15" in text(page)
    assert "trình tự thực hiện" in text(page)
    assert page_of(page).select(f"a[href='{LIST}{version.procedure.ref}/']")
    assert version.name not in text(client.get(f"{LIST}chat-luong/?loai=mau-thuan"))


def test_what_is_in_force_and_taken_in_nowhere_is_doubtful(
    client: Client, version: ProcedureVersion, author: User
) -> None:
    page = f"{LIST}chat-luong/"
    assert "không nơi nào nhận" not in text(client.get(page))
    version.procedure.offerings.all().delete()
    assert "nơi nhận: đang áp dụng mà không nơi nào nhận" in text(client.get(page))


def test_who_changed_what_is_paged_and_tells_the_values(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    at = begun(client, version)
    client.post(at, typed(client.get(at), luu="1", fee_vnd="8000"))
    field = version.procedure.field
    field.name = "Lĩnh vực đổi tên"
    field.save()
    ref, every = version.procedure.ref, f"{LIST}ai-da-sua/"
    shown = page_of(client.get(f"{LIST}{ref}/"))
    assert "Lĩnh vực đổi tên" in shown.select_one("main details:last-of-type").text
    assert shown.select(f"a[href='{every}?ma={ref}']")
    page_text = text(client.get(f"{every}?ma={ref}"))
    assert "phí, lệ phí (đồng): 0 → 8000" in page_text
    make_procedure("Thủ tục khác")
    assert "Thủ tục khác" not in text(client.get(f"{every}?ma={ref}"))
    for number in range(60):
        field.name = f"Tên {number}"
        field.save()
    assert page_of(client.get(every)).select("nav.pages a[rel=next]")
    assert "Lĩnh vực đổi tên" in text(client.get(f"{every}?trang=2"))
    assert client.get(f"{every}?ma=khong-co").status_code == 404


def test_the_lines_of_a_condition_end_one_way_whatever_the_browser_sends(
    client: Client, version: ProcedureVersion, author: User
) -> None:
    at = begun(client, version)
    client.post(at, typed(client.get(at), conditions="Có hộ khẩu\r\nĐủ 18 tuổi"))
    assert ProcedureDraft.objects.get().content["conditions"] == "Có hộ khẩu\nĐủ 18 tuổi"


@pytest.mark.parametrize(
    "ref",
    [
        *("..", ".", "moi", "chat-luong", "niem-yet", "goi-y", "danh-muc", "du-thao", "chu-cai", "moi-doi", "hay-lam"),
        *("1.001612.ttl", "1.001612.JSONLD", "9/9", "a b1", "mã1", "-1", "1" * 61),
    ],
)
def test_a_code_that_is_no_address_is_refused_beside_its_field(client: Client, author: User, ref: str) -> None:
    answer = client.post(f"{LIST}moi/", new_procedure(ref))
    assert answer.status_code == 422
    assert page_of(answer).select_one("#id_ref_error")
    assert page_of(answer).select_one("#id_ref")["value"] == ref
    assert not Procedure.objects.exists()


def test_a_code_that_is_there_in_other_letters_is_refused_by_the_form_and_by_the_table(
    client: Client, author: User
) -> None:
    assert client.post(f"{LIST}moi/", new_procedure("H2-002")).status_code == 302
    answer = client.post(f"{LIST}moi/", new_procedure("h2-002"))
    assert answer.status_code == 422
    assert "Mã này đã có trên cổng." in page_of(answer).select_one("#id_ref_error").text
    there = Procedure.objects.get()
    for code in ("h2-002", "..", "moi", "1.pdf", "9/9"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Procedure.objects.create(ref=code, level=there.level, field=there.field)


def new_procedure(ref: str) -> dict[str, str]:
    make_kind("ward")
    Field.objects.get_or_create(slug="thu-nghiem", defaults={"name": "Thử nghiệm", "group": "Thử"})
    return {"name": "Thủ tục mới", "ref": ref, "national_code": "", "level": "ward", "field": "thu-nghiem"}
