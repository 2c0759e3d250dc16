"""Citizen reception: the register of form 03/TCD, the days of leaders, and one citizen to one place."""

from __future__ import annotations

from datetime import date, time, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from complaints.clock.states import Kind
from complaints.intake.reception.actions import (
    NewEntry,
    book_reception,
    call_off_reception,
    cancel_booking,
    enter_reception,
    plan_reception,
)
from complaints.intake.reception.form_03 import COLUMNS, cells
from complaints.models import Booking, Case, EntryKind, ReceptionDay, ReceptionEntry, RegisterReading
from tests.complaints.cases import CONTENT, NAME, make_inspector
from tests.complaints.sealed.test_sealed import whole_database
from tests.databases import as_owner
from tests.factories import City, hanoi, make_user
from tests.secrets import secret_of, shows_secret
from units.rules import RuleBroken

PAGE = "/can-bo/so-tiep-cong-dan/"
AT = hanoi(2026, 7, 6, 9)
SECRET = "Ông phó ban nhận phong bì của nhà thầu xây chợ."


@pytest.fixture
def day(city: City) -> ReceptionDay:
    on = timezone.localdate() + timedelta(days=7)
    return plan(city, on)


def plan(city: City, on: date, **more: Any) -> ReceptionDay:
    form: dict[str, Any] = {"host": "Chủ tịch", "place": "Phòng 101", "starts": time(8), "ends": time(9)}
    form |= {"minutes": 30, "at": timezone.now()} | more
    return plan_reception(unit=city.ward, on=on, **form)


def line(**more: Any) -> dict[str, Any]:
    form = {"request_key": str(uuid4()), "name": NAME, "kind": "petition", "people": "1", "content": CONTENT}
    return form | {"is_ours": "on", "makes_case": "on", "address": "Số 7 ngõ Vân Hồ"} | more


def entered(city: City, clerk: User, **more: Any) -> ReceptionEntry:
    entry = NewEntry(name=NAME, content=CONTENT, kind=EntryKind.FEEDBACK, **more)
    return enter_reception(
        request_key=uuid4(), unit=city.ward, entry=entry, makes_case=False, phone="", actor=clerk, at=AT
    )


def test_lines_are_numbered_by_unit_and_year_without_a_gap(city: City, clerk: User) -> None:
    numbers = [entered(city, clerk).number for _ in range(2)]
    with pytest.raises(RuleBroken):
        entered(city, clerk, is_ours=False)
    assert [*numbers, entered(city, clerk).number] == [1, 2, 3]


def test_the_form_has_thirteen_columns(city: City, clerk: User) -> None:
    shown = cells(entered(city, clerk, people=3, settled_by="UBND quận", identity="CCCD 001099000001"))
    assert len(shown) == len(COLUMNS) == 13
    assert (shown[0], shown[1], shown[5], shown[6]) == ("1", "06/07/2026", "Phản ánh", "3")


def test_whoever_comes_is_entered_and_a_case_is_made_with_its_code(city: City, client: Client, clerk: User) -> None:
    page = client.post(PAGE, line()).content.decode()
    made, case = ReceptionEntry.objects.get(), Case.objects.get()
    assert (made.case, made.number, made.author, case.channel) == (case, 1, clerk, "counter")
    assert case.code in page
    assert shows_secret(page, case)
    assert RegisterReading.objects.filter(user=clerk, unit=city.ward, page="register").exists()


def test_what_is_not_ours_says_where_it_was_guided_to(client: Client, clerk: User) -> None:
    form = line()
    del form["is_ours"]
    refused = client.post(PAGE, form)
    assert refused.status_code == 422
    assert "hãy ghi đã hướng dẫn đến cơ quan nào" in refused.content.decode()
    assert CONTENT in refused.content.decode()
    client.post(PAGE, form | {"guided_to": "Sở Xây dựng"})
    assert (ReceptionEntry.objects.get().guided_to, Case.objects.count()) == ("Sở Xây dựng", 0)


def test_whoever_denounces_is_in_no_line_and_no_number_is_missing(city: City, client: Client, clerk: User) -> None:
    make_inspector(city.district)
    client.post(PAGE, line())
    answer = client.post(PAGE, line(kind="denunciation", content=SECRET, name="Lê Thị Oanh")).content.decode()
    client.post(PAGE, line())
    sealed = Case.objects.get(is_sealed=True)
    assert (sealed.kind, sealed.channel) == (Kind.DENUNCIATION, "counter")
    assert sealed.code in answer
    assert list(ReceptionEntry.objects.values_list("number", flat=True)) == [1, 2]
    assert [one for one in (SECRET, "Lê Thị Oanh") if one in whole_database()] == []
    with pytest.raises(IntegrityError), transaction.atomic():
        ReceptionEntry.objects.filter(number=1).update(case=sealed)


def test_the_register_is_a_pdf_and_a_workbook_for_whoever_reads_it(city: City, client: Client, clerk: User) -> None:
    client.post(PAGE, line(content="=1+1 là nội dung của tôi"))
    address, year = f"{PAGE}{city.ward.slug}/", timezone.localdate().year
    pdf = client.get(f"{address}{year}/so.pdf").content
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert NAME in text
    assert "SỔ TIẾP CÔNG DÂN" in text
    with ZipFile(BytesIO(client.get(f"{address}{year}/so.xlsx").content)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert "=1+1 là nội dung của tôi" in sheet
    assert "<f>" not in sheet
    pages = RegisterReading.objects.filter(user=clerk).values_list("page", flat=True)
    assert {"register pdf", "register xlsx"} <= set(pages)
    client.force_login(make_user("clerk", city.other_ward))
    assert client.get(f"{address}{year}/so.pdf").status_code == 404


def test_what_became_of_it_is_entered_later_by_whoever_works_there(city: City, client: Client, clerk: User) -> None:
    client.post(PAGE, line())
    entry = ReceptionEntry.objects.get()
    page = f"{PAGE}{entry.pk}/ket-qua/"
    assert NAME in client.get(page).content.decode()
    assert RegisterReading.objects.filter(user=clerk, page="register line").exists()
    assert client.post(page, {"result": " "}).status_code == 422
    assert client.post(page, {"result": "Đã trả lời tại chỗ"}).status_code == 302
    entry.refresh_from_db()
    assert cells(entry)[11] == f"Đã trả lời tại chỗ\n{entry.case.code}\nMới nhận"
    client.force_login(make_user("clerk", city.other_ward))
    assert client.get(page).status_code == 404


def test_who_read_a_register_is_never_changed(city: City, client: Client, clerk: User) -> None:
    client.post(PAGE, line())
    with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        RegisterReading.objects.all().delete()


def test_a_place_is_for_one_citizen(day: ReceptionDay) -> None:
    slot, at = day.slots[0], timezone.now()
    first = book_reception(request_key=uuid4(), day=day, slot=slot, name=NAME, phone="0987654399", about="", at=at)
    with pytest.raises(RuleBroken) as refused:
        book_reception(request_key=uuid4(), day=day, slot=slot, name="Khác", phone="0912345678", about="", at=at)
    assert refused.value.field == "slot"
    twin = Booking(request_key=uuid4(), day=day, slot=slot, name="x", phone="1", code="X", at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    gone = cancel_booking(booking=first, at=at)
    assert (gone.name, gone.phone) == ("", "")
    assert book_reception(request_key=uuid4(), day=day, slot=slot, name="Khác", phone="0912345678", about="", at=at)


def test_one_number_holds_two_places_ahead_and_no_more(city: City, day: ReceptionDay) -> None:
    later, at = plan(city, timezone.localdate() + timedelta(days=8)), timezone.now()

    def book(of: ReceptionDay, place: int) -> Booking:
        slot = of.slots[place]
        return book_reception(request_key=uuid4(), day=of, slot=slot, name=NAME, phone="0987654399", about="", at=at)

    book(day, 0)
    book(day, 1)
    with pytest.raises(RuleBroken) as refused:
        book(later, 0)
    assert refused.value.field == "phone"


def test_the_public_calendar_shows_two_weeks_of_all_and_two_months_of_one(city: City, client: Client) -> None:
    soon, late = (plan(city, timezone.localdate() + timedelta(days=ahead), host=f"H{ahead}") for ahead in (7, 40))
    plan_reception(
        unit=city.department,
        host="Khác",
        on=soon.on,
        starts=time(8),
        ends=time(9),
        place="P",
        minutes=30,
        at=timezone.now(),
    )
    everywhere = client.get("/tiep-cong-dan/").content.decode()
    assert ("H7" in everywhere, late.host in everywhere, "Khác" in everywhere) == (True, False, True)
    here = client.get(f"/tiep-cong-dan/?don-vi={city.ward.slug}").content.decode()
    assert ("H7" in here, late.host in here, "Khác" in here) == (True, True, False)


def test_a_day_is_cut_into_whole_slots_and_none_past_its_end(city: City) -> None:
    made = plan(city, date(2026, 7, 8), starts=time(8), ends=time(9, 15), minutes=30, at=AT)
    assert made.slots == [hanoi(2026, 7, 8, 8), hanoi(2026, 7, 8, 8, 30)]
    for wrong in ({"ends": time(8)}, {"ends": time(8, 10)}, {"on": date(2026, 7, 1)}):
        with pytest.raises(RuleBroken):
            plan(city, **({"on": date(2026, 7, 9), "at": AT} | wrong))
    with pytest.raises(RuleBroken):
        plan(city, date(2026, 7, 8), starts=time(8), ends=time(9, 15), minutes=30, at=AT)


def test_anybody_books_sees_and_cancels_with_code_and_secret(client: Client, day: ReceptionDay) -> None:
    assert "Chủ tịch" in client.get("/tiep-cong-dan/").content.decode()
    page = f"/tiep-cong-dan/{day.pk}/"
    form = {"request_key": str(uuid4()), "slot": "0800", "name": NAME, "phone": "0987 654 399"}
    assert client.post(page, form | {"slot": ""}).status_code == 422
    shown = client.post(page, form, follow=True).content.decode()
    booked = Booking.objects.get()
    assert shows_secret(shown, booked)
    assert (booked.slot, booked.phone) == (day.slots[0], "0987654399")
    assert "08:00" not in client.get(page).content.decode().split("<fieldset")[1]
    stranger = Client()
    address = f"/tiep-cong-dan/hen/{booked.code}/"
    assert NAME not in stranger.get(address).content.decode()
    wrong = [
        stranger.post(one, {"ma-tra-cuu": "XXXXXX"}).content.decode().split("<main")[1].replace(booked.code, "")
        for one in (address, "/tiep-cong-dan/hen/TCD-260101-ABCDEF/")
    ]
    assert "chưa đúng" in wrong[0]
    assert "chưa đúng" in wrong[1]
    assert NAME in stranger.post(address, {"ma-tra-cuu": secret_of(booked)}, follow=True).content.decode()
    assert "Đã hủy hẹn" in stranger.post(address, follow=True).content.decode()
    booked.refresh_from_db()
    assert (booked.name, bool(booked.cancelled_at)) == ("", True)


def test_whoever_has_a_code_is_led_to_the_booking_and_a_wrong_one_is_shown_beside_the_field(
    client: Client, day: ReceptionDay
) -> None:
    led = client.get("/tiep-cong-dan/", {"ma": " tcd-261210-59x452 "})
    assert led.headers["Location"] == "/tiep-cong-dan/hen/TCD-261210-59X452/"
    for typed in ("", "PA.H26-260706-123456", "x" * 5000):
        page = client.get("/tiep-cong-dan/", {"ma": typed})
        assert page.status_code == 422
        assert 'id="ma-loi"' in page.content.decode()
        assert f'value="{typed[:40]}"' in page.content.decode()


def test_staff_see_who_comes_and_that_is_recorded(city: City, client: Client, clerk: User, day: ReceptionDay) -> None:
    book_reception(
        request_key=uuid4(), day=day, slot=day.slots[0], name=NAME, phone="0987654399", about="", at=timezone.now()
    )
    assert NAME in client.get("/can-bo/lich-tiep/").content.decode()
    assert RegisterReading.objects.filter(user=clerk, page="bookings", rows=1).exists()
    assert client.post(f"/can-bo/lich-tiep/{day.pk}/bo/", follow=True).status_code == 200
    day.refresh_from_db()
    assert day.cancelled_at is None
    with pytest.raises(RuleBroken):
        call_off_reception(day=day, at=timezone.now())
    booked, free = Booking.objects.get(), f"/can-bo/lich-tiep/hen/{Booking.objects.get().code}/huy/"
    stranger = Client()
    stranger.force_login(make_user("clerk", city.other_ward))
    assert stranger.post(free).status_code == 404
    assert booked.code in client.post(free, follow=True).content.decode()
    assert client.post(free).status_code == 404
    assert client.post(f"/can-bo/lich-tiep/{day.pk}/bo/", follow=True).status_code == 200
    day.refresh_from_db()
    assert day.cancelled_at
    client.force_login(make_user("clerk", city.other_ward))
    assert NAME not in client.get("/can-bo/lich-tiep/").content.decode()
    assert client.post(f"/can-bo/lich-tiep/{day.pk}/bo/").status_code == 404


def test_a_clerk_announces_a_day(client: Client, clerk: User) -> None:
    on = (timezone.localdate() + timedelta(days=3)).strftime("%d/%m/%Y")
    form = {"host": "Phó Chủ tịch", "on": on, "starts": "08:00", "ends": "11:30", "place": "Phòng 2", "minutes": "20"}
    assert client.post("/can-bo/lich-tiep/", form).status_code == 302
    assert len(ReceptionDay.objects.get().slots) == 10
    assert client.post("/can-bo/lich-tiep/", form).status_code == 422
