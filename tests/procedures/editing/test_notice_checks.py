"""Whether the wall and the portal say what the catalogue says: notices drawn at random, recorded once."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from procedures.editing.actions.notice_checks import draw_check
from procedures.models import PostedCheck, PostedCheckLine, ProcedureVersion
from procedures.posters.drawing import procedure_poster
from tests.factories import City, make_offering, make_procedure, make_user
from tests.procedures.editing.test_pages import LIST, page_of, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(city: City) -> ProcedureVersion:
    version = make_procedure("Đăng ký khai sinh")
    make_offering(version, city.ward)
    return version


def test_a_notice_is_checked_by_its_mark_and_the_share_is_shown(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    make_offering(make_procedure("Thủ tục khác"), city.ward)
    page = f"{LIST}niem-yet/"
    at = client.post(page, {"office": city.ward.slug, "how_many": "10"})["Location"]
    assert client.post(page, {"office": city.ward.slug, "how_many": "10"}).status_code == 422
    first, second = PostedCheckLine.objects.all()
    shown = ProcedureVersion.objects.for_page(timezone.localdate()).get(pk=first.version_id)
    mark = procedure_poster(shown, shown.procedure.places[0], timezone.localdate())["mark"]
    seen = {f"d{first.pk}-mark": mark.lower(), f"d{first.pk}-portal": "right", f"d{second.pk}-portal": "right"}
    wrong = client.post(at, seen)
    assert wrong.status_code == 422
    assert page_of(wrong).select_one("title").text.startswith("Lỗi:")
    summary = page_of(wrong).select_one("main .errors[autofocus]")
    assert page_of(wrong).select_one(summary.select_one("a")["href"])
    assert "Hãy ghi dấu, hoặc chọn kết quả" in summary.text
    assert client.post(at, seen | {f"d{second.pk}-mark": "SAI00000"}).status_code == 302
    assert set(PostedCheckLine.objects.values_list("version", "wall")) == {
        (first.version_id, "current"),
        (second.version_id, "old"),
    }
    assert "1/2" in text(client.get(page))
    assert "đúng bản đang công khai" in text(client.get(at))
    assert PostedCheck.objects.get().recorded_at
    assert PostedCheck.objects.get().recorded_by == author


def test_inspectors_check_notices_and_whoever_records_is_named(
    client: Client, city: City, version: ProcedureVersion
) -> None:
    drawer, inspector = make_user("editor", city.district), make_user("inspector", city.district)
    check = draw_check(office=city.ward, on=timezone.localdate(), how_many=5, actor=drawer, at=timezone.now())
    client.force_login(inspector)
    page = client.get(f"{LIST}niem-yet/")
    assert page.status_code == 200
    assert not page_of(page).select(f"a[href='{LIST}'], a[href='{LIST}chat-luong/']")
    assert page_of(client.get("/can-bo/thong-bao/")).select(f".others a[href='{LIST}niem-yet/']")
    at, (line,) = f"{LIST}niem-yet/{check.pk}/", check.lines.all()
    assert client.post(at, {f"d{line.pk}-wall": "missing", f"d{line.pk}-portal": "right"}).status_code == 302
    assert f"{inspector} ghi kết quả" in text(client.get(at))
    for role, unit in (("inspector", city.ward), ("official", city.district)):
        client.force_login(make_user(role, unit))
        assert {client.get(one).status_code for one in (f"{LIST}niem-yet/", at)} == {404}


def test_the_second_to_record_a_check_loses_nothing_of_what_was_typed(
    client: Client, city: City, version: ProcedureVersion, author: User
) -> None:
    check = draw_check(office=city.ward, on=timezone.localdate(), how_many=5, actor=author, at=timezone.now())
    at, (line,) = f"{LIST}niem-yet/{check.pk}/", check.lines.all()
    client.post(at, {f"d{line.pk}-wall": "missing", f"d{line.pk}-portal": "right"})
    for portal in ("wrong", ""):
        sent = {f"d{line.pk}-wall": "current", f"d{line.pk}-portal": portal, f"d{line.pk}-note": "Tờ ở bảng tin"}
        answer = client.post(at, sent)
        assert answer.status_code == 409
        assert "đã được ghi" in text(answer)
        assert "không niêm yết" in page_of(answer).select_one("main tbody").text
        assert page_of(answer).select_one(f"[name=d{line.pk}-note]")["value"] == "Tờ ở bảng tin"
    line.refresh_from_db()
    assert line.wall == "missing"
