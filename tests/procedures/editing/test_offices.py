"""Where a procedure is taken in: one editor drafts it, another publishes it, and dossiers keep their promise."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from procedures.models import Offering, ProcedureVersion, Publication
from tests.factories import (
    City,
    make_offering,
    make_procedure,
    make_process,
    make_unit,
    register,
)
from tests.procedures.editing.test_pages import LIST, called_off, page_of, text, typed
from tests.procedures.editing.test_pages import decided as pressed
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(city: City) -> ProcedureVersion:
    version = make_procedure("Đăng ký khai sinh")
    make_process(version, ("desk", 4), ("handler", 8), ("desk", 4))
    return version


def begun(client: Client, version: ProcedureVersion) -> str:
    return str(client.post(f"{LIST}{version.procedure.ref}/soan/", {"viec": "noi-nhan"})["Location"])


def decided(days: int = 0, **more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    first = {"decision": "15/QĐ-UBND", "decided_on": f"{today:%d/%m/%Y}"}
    return first | {"valid_from": f"{today + timedelta(days=days):%d/%m/%Y}", **more}


def row_of(client: Client, at: str, office: Unit) -> str:
    """What the fields of an office begin with."""
    found = page_of(client.get(at)).select_one(f'input[name$="-unit"][value="{office.pk}"]')
    return str(found["name"]).removesuffix("unit")


def published(second: Client, at: str, days: int = 0) -> Any:
    return pressed(second, at, "cong-bo", valid_from=decided(days)["valid_from"])


def test_a_new_procedure_is_given_to_its_offices_without_the_administration_pages(
    client: Client, second: Client, version: ProcedureVersion, author: User, city: City
) -> None:
    page = f"/thu-tuc/{version.procedure.ref}/"
    assert "Chưa nơi nào nhận" in text(client.get(f"{LIST}{version.procedure.ref}/"))
    at = begun(client, version)
    row = row_of(client, at, city.ward)
    sent = decided(
        **{f"{row}takes": "on", f"{row}amount": "2", f"{row}term_unit": "working_day", f"{row}cut_off": "15:00"}
    )
    assert client.post(at, typed(client.get(at), gui="1", **sent)).status_code == 302
    assert not Offering.objects.exists()
    shown = text(second.get(at))
    assert "không nhận" in shown
    assert "Cam kết: 2 ngày làm việc" in shown
    assert published(second, at).status_code == 302
    offering = Offering.objects.get()
    assert (offering.unit, offering.handler, offering.committed_amount) == (city.ward, city.ward, 2)
    assert city.ward.name in text(Client().get(page))


def test_everywhere_means_every_office_of_the_level(
    client: Client, second: Client, version: ProcedureVersion, author: User, city: City
) -> None:
    make_unit("Phường Khác", "ward", city.district)
    at = begun(client, version)
    client.post(at, typed(client.get(at), gui="1", **decided(everywhere="on")))
    published(second, at)
    wards = set(Unit.objects.filter(kind__code="ward").values_list("pk", flat=True))
    assert set(Offering.objects.values_list("unit", flat=True)) == wards


def test_a_changed_promise_is_a_new_row_and_dossiers_keep_the_old_one(
    client: Client, second: Client, version: ProcedureVersion, author: User, city: City
) -> None:
    old = make_offering(version, city.ward)
    dossier = register(old, city.ward_desk, at=timezone.now())
    at = begun(client, version)
    row = row_of(client, at, city.ward)
    changed = decided(3, **{f"{row}amount": "1", f"{row}term_unit": "working_day"})
    client.post(at, typed(client.get(at), gui="1", **changed))
    published(second, at, 3)
    old.refresh_from_db()
    dossier.refresh_from_db()
    day = timezone.localdate() + timedelta(days=3)
    assert (old.valid.upper, old.committed_amount) == (day, None)
    assert dossier.offering_id == old.pk
    assert Offering.objects.get(valid__startswith=day).committed_amount == 1
    publication = Publication.objects.get()
    called_off(client, publication)
    assert list(Offering.objects.values_list("pk", "committed_amount")) == [(old.pk, None)]
    old.refresh_from_db()
    assert old.valid.upper is None


def test_an_office_that_is_left_out_takes_nothing_in_from_that_day_on(
    client: Client, second: Client, version: ProcedureVersion, author: User, city: City
) -> None:
    other = make_unit("Phường Khác", "ward", city.district)
    gone, stays = make_offering(version, city.ward), make_offering(version, other)
    at = begun(client, version)
    sent = typed(client.get(at), gui="1", **decided(1))
    del sent[f"{row_of(client, at, city.ward)}takes"]
    client.post(at, sent)
    published(second, at, 1)
    day = timezone.localdate() + timedelta(days=1)
    assert list(Offering.objects.in_force(day)) == [stays]
    gone.refresh_from_db()
    assert gone.valid.upper == day


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"amount": "9", "term_unit": "working_day"}, "Thời hạn cam kết không được dài hơn thời hạn theo quy định"),
        ({"amount": "2", "term_unit": ""}, "Thời hạn cam kết gồm cả số và đơn vị"),
        ({"takes": "", "amount": ""}, "Hãy chọn ít nhất một nơi nhận"),
        ({"cut_off": "25:00"}, "Ghi giờ theo mẫu"),
    ],
)
def test_what_may_not_be_promised_is_said_and_everything_typed_stays(
    client: Client, version: ProcedureVersion, author: User, city: City, fields: dict[str, str], message: str
) -> None:
    at = begun(client, version)
    row = row_of(client, at, city.ward)
    sent = typed(
        client.get(at),
        gui="1",
        **decided(**{f"{row}{name}": text for name, text in ({"takes": "on"} | fields).items()}),
    )
    answer = client.post(at, {name: value for name, value in sent.items() if value or not name.endswith("takes")})
    assert answer.status_code == 422
    assert message in text(answer)
    stored = page_of(answer)
    assert stored.select_one("[name=decision]")["value"] == "15/QĐ-UBND"
    assert stored.select_one(f"[name={row}amount]").get("value", "") == fields.get("amount", "")


def test_what_is_typed_for_an_office_that_is_not_ticked_is_not_dropped(
    client: Client, version: ProcedureVersion, author: User, city: City
) -> None:
    at = begun(client, version)
    row = row_of(client, at, city.ward)
    answer = client.post(at, typed(client.get(at), luu="1", **decided(**{f"{row}cut_off": "15:00"})))
    assert answer.status_code == 422
    assert "Hãy đánh dấu nơi này nhận" in page_of(answer).select_one(f"#id_{row}takes_error").text
    assert f"{city.ward.name}, Nhận thủ tục này: Hãy đánh dấu" in page_of(answer).select_one("main .errors").text
    everywhere = typed(client.get(at), luu="1", **decided(everywhere="on", **{f"{row}cut_off": "15:00"}))
    assert client.post(at, everywhere).status_code == 302


def test_a_day_before_today_or_before_a_later_change_is_refused(
    client: Client, second: Client, version: ProcedureVersion, author: User, city: City
) -> None:
    make_offering(version, city.ward)
    at = begun(client, version)
    row = row_of(client, at, city.ward)
    promise = {f"{row}amount": "1", f"{row}term_unit": "working_day"}
    assert "không thể trước hôm nay" in text(client.post(at, typed(client.get(at), gui="1", **decided(-1, **promise))))
    client.post(at, typed(client.get(at), gui="1", **decided(5, **promise)))
    published(second, at, 5)
    again = begun(client, version)
    answer = client.post(again, typed(client.get(again), gui="1", **decided(2, **promise)))
    assert "Đã có thay đổi nơi nhận từ ngày" in text(answer)


def test_the_author_does_not_publish_and_nothing_changed_is_nothing_to_publish(
    client: Client, second: Client, version: ProcedureVersion, author: User, city: City
) -> None:
    make_offering(version, city.ward)
    at = begun(client, version)
    client.post(at, typed(client.get(at), gui="1", **decided()))
    assert published(client, at).status_code == 422
    answer = published(second, at)
    assert "Không có chỗ nào khác" in text(answer)
    assert not Publication.objects.exists()


def test_a_change_of_offices_to_come_is_said_where_the_procedure_is_kept_and_where_it_is_read(
    client: Client, second: Client, version: ProcedureVersion, author: User, city: City
) -> None:
    make_offering(version, city.ward)
    at = begun(client, version)
    row = row_of(client, at, city.ward)
    changed = decided(3, **{f"{row}amount": "1", f"{row}term_unit": "working_day"})
    client.post(at, typed(client.get(at), gui="1", **changed))
    published(second, at, 3)
    note = f"Từ {timezone.localdate() + timedelta(days=3):%d/%m/%Y} đổi nơi nhận. 15/QĐ-UBND."
    page = client.get(f"{LIST}{version.procedure.ref}/")
    assert note in text(page)
    coming = page_of(page).select_one("section[aria-labelledby=coming-offices] tbody").text
    assert "1 ngày làm việc" in coming
    assert city.ward.name in coming
    assert note in text(Client().get(f"/thu-tuc/{version.procedure.ref}/"))
    called_off(client, Publication.objects.get())
    assert note not in text(client.get(f"{LIST}{version.procedure.ref}/"))
