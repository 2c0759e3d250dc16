"""What the counter of a merged office had promised: its leaders' hours, who had booked them, and its registers."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from complaints.changes.reorganisation.receptions_and_calls import move_bookings, withdraw_receptions
from complaints.intake.hotline.actions import CallBackTerm, IncomingCall, promise_call_back
from complaints.intake.reception.actions import NewEntry, book_reception, enter_reception, plan_reception
from complaints.models import Booking, EntryKind, ReceptionDay, ReceptionEntry, RegisterReading
from dossiers.changes.reorganisation.actions import (
    ReorganisationPreview,
    ReorganisationResult,
    carry_out,
    preview_reorganisation,
)
from dossiers.tasks import continue_ended_units
from notices.models import Notice
from tests.complaints.cases import AT, CONTENT, NAME, PHONE, in_work
from tests.dossiers.changes.test_reorganisation_page import merger, text
from tests.factories import City, make_user
from tests.secrets import secret_of
from units.models import Unit, UnitSuccessor
from units.reorganisation.actions import NewDesk, NewUnit, Reorganisation, merge_units, split_unit
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
AGENDA, REGISTER, PUBLIC = "/can-bo/lich-tiep/", "/can-bo/so-tiep-cong-dan/", "/tiep-cong-dan/"
WITHDRAWN = "Buổi này không nhận hẹn nữa"


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def merge(city: City, on: date, at: datetime | None = None) -> Reorganisation:
    desk = NewDesk("Một cửa mới", "Một cửa mới", "mot-cua-moi", code_prefix="T9.99")
    new = NewUnit("ward", "Phường Mới", "Mới", "phuong-moi", parent=city.district, desk=desk)
    olds = [city.ward, city.other_ward]
    return merge_units(olds=olds, new=new, on=on, source="NQ 1", at=at or timezone.now())


def merged(city: City, on: date) -> ReorganisationResult:
    return carry_out(change=lambda at: merge(city, on, at), actor=None, at=timezone.now())


def foreseen(city: City, on: date) -> ReorganisationPreview:
    return preview_reorganisation(change=lambda at: merge(city, on, at), at=timezone.now())


def counts_by_label(result: ReorganisationResult | ReorganisationPreview) -> dict[str, int]:
    return {str(one.label): one.count for one in result.others}


def plan(unit: Unit, on: date, **more: Any) -> ReceptionDay:
    form: dict[str, Any] = {"host": "Chủ tịch cũ", "place": "Phòng 101", "starts": time(8), "ends": time(9)} | more
    return plan_reception(unit=unit, on=on, minutes=30, at=timezone.now(), **form)


def book(day: ReceptionDay, place: int = 0, *, phone: str = PHONE) -> Booking:
    slot, at = day.slots[place], timezone.now()
    return book_reception(request_key=uuid4(), day=day, slot=slot, name=NAME, phone=phone, about="", at=at)


def enter(city: City) -> ReceptionEntry:
    entry = NewEntry(name=NAME, content=CONTENT, kind=EntryKind.PETITION)
    form: dict[str, Any] = {"makes_case": False, "phone": "", "actor": make_user("clerk", city.ward)}
    return enter_reception(request_key=uuid4(), unit=city.ward, entry=entry, at=timezone.now(), **form)


def new_ward() -> Unit:
    return Unit.objects.get(slug="phuong-moi")


def opened(booking: Booking) -> str:
    """Its page, for the citizen who has both codes."""
    page = Client().post(f"{PUBLIC}hen/{booking.code}/", {"ma-tra-cuu": secret_of(booking)}, follow=True)
    return " ".join(page.content.decode().split())


def fresh(day: ReceptionDay) -> ReceptionDay:
    return ReceptionDay.objects.get(pk=day.pk)


def test_hours_after_the_last_day_of_an_office_are_offered_no_more_from_when_that_is_known(
    city: City, client: Client
) -> None:
    before, after = plan(city.ward, ahead(5), host="Trước"), plan(city.ward, ahead(9), host="Sau")
    merged(city, ahead(7))
    page = client.get(PUBLIC).content.decode()
    assert ("Trước" in page, "Sau" in page) == (True, False)
    assert f"Từ {ahead(7):%d/%m/%Y}, Phường Thử Nhất không còn tiếp công dân" in page
    assert "?don-vi=phuong-moi" in page
    assert client.get(f"{PUBLIC}{before.pk}/").status_code == 200
    for answer in (client.get(f"{PUBLIC}{after.pk}/"), client.post(f"{PUBLIC}{after.pk}/", {"slot": "0800"})):
        assert answer.status_code == 410
        assert WITHDRAWN in answer.content.decode()
        assert "Phường Mới" in answer.content.decode()
    with pytest.raises(RuleBroken):
        book(after)
    assert book(before)
    city.ward.refresh_from_db()
    with pytest.raises(RuleBroken) as refused:
        plan(city.ward, ahead(8))
    assert refused.value.field == "on"


def test_whoever_looks_for_an_ended_office_is_led_to_the_one_that_continues(city: City, client: Client) -> None:
    merged(city, ahead(0))
    page = client.get(f"{PUBLIC}?don-vi={city.other_ward.slug}").content.decode()
    assert "việc của đơn vị này do Phường Mới tiếp tục" in page
    assert "Phường Thử Nhất" not in page


def test_hours_nobody_booked_end_with_their_office_and_booked_ones_continue_with_the_citizen_told(
    city: City, settings
) -> None:
    settings.SMS_TO_FILES = True
    free, taken, past = plan(city.ward, ahead(3)), plan(city.ward, ahead(4)), plan(city.department, ahead(4))
    booking = book(taken)
    counts = counts_by_label(merged(city, ahead(0)))
    assert (counts["Lượt hẹn tiếp công dân"], counts["Buổi tiếp công dân chưa ai hẹn, bỏ khỏi lịch"]) == (1, 1)
    assert (fresh(free).cancelled_at is None, fresh(past).cancelled_at) == (False, None)
    now = fresh(taken)
    assert (now.unit, now.first_unit, now.cancelled_at) == (new_ward(), city.ward, None)
    notice = Notice.objects.get(kind="reception_moved")
    assert (notice.subject, notice.phone, notice.facts["due_at"]) == (booking.code, "+84987654399", booking.slot)
    assert NAME not in str(notice.context)
    page = opened(booking)
    assert "Lịch hẹn này vẫn giữ, đúng giờ ấy, do Phường Mới tiếp." in page
    assert "Hủy hẹn" in page
    for day in (free, taken):
        assert WITHDRAWN in Client().get(f"{PUBLIC}{day.pk}/").content.decode()
        with pytest.raises(RuleBroken):
            book(day, 1, phone="0912345678")


def test_before_the_day_the_citizen_reads_who_will_go_on(city: City) -> None:
    booking = book(plan(city.ward, ahead(9)))
    merged(city, ahead(7))
    assert "đúng giờ ấy; đơn vị kế tục tiếp: Phường Mới." in opened(booking)


def test_two_merged_offices_that_announced_the_same_hour_keep_both(city: City) -> None:
    days = [plan(unit, ahead(4)) for unit in (city.ward, city.other_ward)]
    bookings = [book(day) for day in days]
    merged(city, ahead(0))
    assert {fresh(day).unit for day in days} == {new_ward()}
    assert Booking.objects.active().count() == Notice.objects.filter(kind="reception_moved").count() == len(bookings)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReceptionDay.objects.filter(pk=days[0].pk).update(first_unit=new_ward())


def test_nothing_moves_before_the_day_and_nobody_is_told_twice(city: City) -> None:
    day, free, first = plan(city.ward, ahead(9)), plan(city.ward, ahead(8)), plan(city.ward, ahead(2))
    booking = book(day)
    on = ahead(7)
    outlook = foreseen(city, on)
    assert counts_by_label(outlook)["Lượt hẹn tiếp công dân"] == 1
    assert [one.count for one in outlook.others if one.ends] == [1]
    moves = merged(city, on).done.moves
    assert fresh(day).unit == city.ward
    then = timezone.now() + timedelta(days=7)
    for times in (1, 0):
        assert move_bookings(successors=moves, on=on, actor=None, at=then) == times
        assert withdraw_receptions(successors=moves, on=on, actor=None, at=then) == times
    assert Notice.objects.get(kind="reception_moved").subject == booking.code
    assert (fresh(free).cancelled_at, fresh(first).cancelled_at) == (then, None)


def test_the_page_of_reorganisations_says_what_continues_and_its_preview_how_much(city: City, client: Client) -> None:
    in_work(city.ward)
    incoming = IncomingCall(uuid4(), city.ward, AT, CallBackTerm.TWO_HOURS)
    promise_call_back(incoming=incoming, name=NAME, phone=PHONE, actor=make_user("clerk", city.ward), at=AT)
    book(plan(city.ward, ahead(9)))
    for days in (8, 10, 12):
        plan(city.other_ward, ahead(days))
    client.force_login(make_user("administrator", city.district))
    lead = text(client.get("/can-bo/sap-xep/"))
    for message in (
        "phản ánh chưa trả lời",
        "lượt hẹn tiếp công dân",
        "cuộc gọi còn phải gọi lại",
        "chưa ai hẹn thì bỏ",
    ):
        assert message in lead
    typed = merger(city, on=f"{ahead(7):%d/%m/%Y}")
    shown = text(client.post("/can-bo/sap-xep/hop-nhat/", typed))
    counts = "chưa trả lời 1 Cuộc gọi còn phải gọi lại, còn phải ghi 1 Lượt hẹn tiếp công dân 1"
    assert f"{counts} Buổi tiếp công dân chưa ai hẹn, bỏ khỏi lịch: 3" in shown
    assert "phản ánh, lượt hẹn và cuộc gọi được chuyển tự động trong ngày đó" in shown


def test_a_dry_run_for_a_day_ahead_counts_what_will_continue_then(city: City, tmp_path: Path) -> None:
    in_work(city.ward)
    book(plan(city.ward, ahead(9)))
    plan(city.ward, ahead(5))
    steps = [{"merge": [city.ward.slug], "into": city.other_ward.slug}]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"on": ahead(7).isoformat(), "source": "NQ 1", "steps": steps}), encoding="utf-8")
    output = StringIO()
    call_command("merge_units", str(file), "--dry-run", stdout=output)
    lines = output.getvalue().splitlines()
    for line in ("Phản ánh, kiến nghị chưa trả lời: 1", "Lượt hẹn tiếp công dân: 1"):
        assert line in lines
    assert lines[-2].endswith("bỏ khỏi lịch: 0"), "hours before that day stay"
    assert lines[-1].endswith("handed on. 0 more wait for that day, as do the above. Nothing was changed.")


def test_the_daily_task_hands_on_what_was_booked_ahead(city: City) -> None:
    day = plan(city.ward, ahead(3))
    book(day)
    merge(city, ahead(0))
    continue_ended_units()
    assert fresh(day).unit == new_ward()


def test_the_staff_that_continues_says_who_receives_and_where_and_the_citizen_reads_it(
    city: City, client: Client
) -> None:
    day = plan(city.ward, ahead(3))
    booking = book(day)
    merged(city, ahead(0))
    clerk = make_user("clerk", new_ward().desk)
    client.force_login(clerk)
    page, act = client.get(AGENDA).content.decode(), f"{AGENDA}{day.pk}/noi-tiep/"
    assert NAME in page
    assert "Phường Thử Nhất công bố buổi này" in page
    assert act in page
    assert RegisterReading.objects.filter(user=clerk, page="bookings", unit=new_ward(), rows=1).exists()
    assert client.post(act, {"host": "", "place": "Tầng 2"}).status_code == 422
    for _twice in range(2):
        assert client.post(act, {"host": "Phó Chủ tịch mới", "place": "Tầng 2"}).status_code == 302
    first, second = Notice.objects.filter(kind="reception_moved").order_by("pk")
    assert (first.context["host"], second.context["host"]) == ("Chủ tịch cũ", "Phó Chủ tịch mới")
    assert "Phó Chủ tịch mới · Tầng 2" in opened(booking)
    own = plan(new_ward(), ahead(3))
    assert client.get(f"{AGENDA}{own.pk}/noi-tiep/").status_code == 404, (
        "of its own hours nothing is changed behind them"
    )
    client.force_login(make_user("clerk", city.department))
    assert NAME not in client.get(AGENDA).content.decode()
    assert client.get(act).status_code == 404


def test_until_the_daily_task_has_run_the_staff_that_continues_sees_and_does_the_same(
    city: City, client: Client
) -> None:
    day, other = plan(city.ward, ahead(3)), plan(city.ward, ahead(4))
    booking, away = book(day), book(other)
    merge(city, ahead(0))
    client.force_login(make_user("clerk", new_ward()))
    assert booking.code in client.get(AGENDA).content.decode()
    client.post(f"{AGENDA}{day.pk}/noi-tiep/", {"host": "Phó Chủ tịch mới", "place": "Tầng 2"})
    assert (fresh(day).unit, fresh(day).first_unit) == (new_ward(), city.ward)
    assert client.post(f"{AGENDA}hen/{away.code}/huy/").status_code == 302
    assert client.post(f"{AGENDA}{other.pk}/bo/").status_code == 302
    assert fresh(other).cancelled_at is not None


def divide(city: City, at: datetime) -> Reorganisation:
    """Today, into two new wards, the second of which takes over what was open."""
    desks = [
        NewDesk(f"Một cửa {one}", one, f"mot-cua-{one}", code_prefix=f"T8.{one.upper()}") for one in ("mot", "hai")
    ]
    wards = [NewUnit("ward", one.short_name, one.short_name, one.short_name, city.district, desk=one) for one in desks]
    parts = [(ward, UnitSuccessor.Share.PART) for ward in wards]
    return split_unit(old=city.ward, parts=parts, takes_over=1, on=ahead(0), source="NQ 1", at=at)


def test_the_part_of_a_divided_office_that_takes_over_receives_and_every_part_reads_the_register(
    city: City, client: Client
) -> None:
    entry, day = enter(city), plan(city.ward, ahead(3))
    book(day)
    carry_out(change=lambda at: divide(city, at), actor=None, at=timezone.now())
    wards = [Unit.objects.get(slug=slug) for slug in ("mot", "hai")]
    assert fresh(day).unit == wards[1]
    for ward, shown, status in ((wards[0], False, 404), (wards[1], True, 200)):
        client.force_login(make_user("clerk", ward))
        assert (NAME in client.get(AGENDA).content.decode()) is shown
        assert client.get(f"{AGENDA}{day.pk}/noi-tiep/").status_code == status
        assert client.get(f"{REGISTER}{city.ward.slug}/{entry.year}/so.xlsx").status_code == 200


def test_what_no_part_of_a_divided_office_was_given_is_taken_over_by_the_one_that_says_who_receives(
    city: City, client: Client
) -> None:
    day = plan(city.ward, ahead(3))
    booking = book(day)
    divide(city, timezone.now())
    assert "đơn vị kế tục tiếp: hai, mot." in opened(booking)
    client.force_login(make_user("clerk", Unit.objects.get(slug="mot")))
    assert NAME in client.get(AGENDA).content.decode()
    client.post(f"{AGENDA}{day.pk}/noi-tiep/", {"host": "Phó Chủ tịch", "place": "Tầng 2"})
    assert fresh(day).unit.slug == "mot"
    assert "do mot tiếp" in opened(booking)
    client.force_login(make_user("clerk", Unit.objects.get(slug="hai")))
    assert NAME not in client.get(AGENDA).content.decode()


def test_the_register_of_an_ended_office_is_read_and_followed_where_its_work_continues(
    city: City, client: Client
) -> None:
    entry = enter(city)
    merged(city, ahead(0))
    clerk, book = make_user("clerk", new_ward().desk), f"{REGISTER}{city.ward.slug}/{entry.year}/so.pdf"
    client.force_login(clerk)
    page = client.get(REGISTER).content.decode()
    assert NAME in page
    assert book in page
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(client.get(book).content)).pages)
    assert NAME in text
    pages = RegisterReading.objects.filter(user=clerk, unit=city.ward).values_list("page", flat=True)
    assert set(pages) == {"register", "register pdf"}
    assert client.post(f"{REGISTER}{entry.pk}/ket-qua/", {"result": "Đã trả lời tại chỗ"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.result, entry.unit, str(entry)) == ("Đã trả lời tại chỗ", city.ward, f"1/{entry.year}")
    client.force_login(make_user("official", city.district))
    assert book in client.get(REGISTER).content.decode(), "who reads for the new ward reads what it goes on with"
    client.force_login(make_user("clerk", city.department))
    assert [client.get(one).status_code for one in (book, f"{REGISTER}{entry.pk}/ket-qua/")] == [404, 404]
    assert NAME not in client.get(REGISTER).content.decode()


def test_pages_ask_the_same_however_much_an_ended_office_left(
    city: City, client: Client, django_assert_max_num_queries
) -> None:
    for number in range(4):
        enter(city)
        book(plan(city.ward, ahead(3 + number), host=f"Lãnh đạo {number}"), phone=f"098765430{number}")
        plan(city.other_ward, ahead(3 + number))
    merged(city, ahead(0))
    for page, most in ((PUBLIC, 3), (f"{PUBLIC}?don-vi={city.ward.slug}", 3)):
        client.get(page)
        with django_assert_max_num_queries(most):
            client.get(page)
    client.force_login(make_user("clerk", new_ward()))
    for page, most, shown in ((AGENDA, 6, "Lãnh đạo 3"), (REGISTER, 7, NAME)):
        client.get(page)
        with django_assert_max_num_queries(most):
            assert shown in client.get(page).content.decode()
