"""The yearly book of a desk: numbers without a gap, files of it, closed when the year is over."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from accounts.roles.actions import move_memberships
from dossiers.book.actions import close_book, close_last_years_books
from dossiers.intake.submit import Submission, refuse_at_desk
from dossiers.models import ClosedBook, Dossier
from dossiers.tasks import close_books
from tests.dossiers.changes.test_transfer import DAY, merge
from tests.factories import (
    SINCE,
    hanoi,
    make_applicant,
    make_offering,
    make_procedure,
    make_user,
    register,
)
from units.clock.days import local_day
from units.models import Unit, UnitSuccessor
from units.reorganisation.actions import NewDesk, NewUnit, split_unit
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
Share = UnitSuccessor.Share


@pytest.fixture
def offering(city):
    return make_offering(make_procedure(), city.ward, handler=city.department)


def test_accepted_dossiers_are_numbered_without_a_gap_and_anew_every_year(city, offering):
    days = [hanoi(2025, 12, 30), hanoi(2025, 12, 31), hanoi(2026, 1, 5)]
    made = [register(offering, city.ward_desk, at=at) for at in days]
    assert [(one.book_year, one.book_number) for one in made] == [(2025, 1), (2025, 2), (2026, 1)]


def test_a_dossier_refused_at_once_is_not_in_the_book(city, offering):
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant())
    reason, ground = "Không thuộc thẩm quyền của nơi này", "Điều 17 Nghị định 61/2018/NĐ-CP"
    at = hanoi(2026, 3, 2)
    refused = refuse_at_desk(handed_in=handed_in, reason=reason, ground=ground, actor=None, at=at)
    assert (refused.book_year, refused.book_number) == (None, None)
    assert register(offering, city.ward_desk, at=hanoi(2026, 3, 2)).book_number == 1


def test_a_book_number_never_changes(city, offering):
    made = register(offering, city.ward_desk, at=hanoi(2026, 3, 2))
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Dossier.objects.filter(pk=made.pk).update(book_number=7)


def test_a_book_is_closed_when_its_year_is_over_and_not_before(city, offering):
    register(offering, city.ward_desk, at=hanoi(2025, 12, 31))
    with pytest.raises(RuleBroken, match="chưa hết"):
        close_book(desk=city.ward_desk, year=2025, actor=None, at=hanoi(2025, 12, 31, 16))
    assert close_book(desk=city.ward_desk, year=2025, actor=None, at=hanoi(2026, 1, 2)).last == 1


def test_the_books_of_past_years_close_by_themselves_once(city, offering):
    register(offering, city.ward_desk, at=hanoi(2025, 12, 31))
    register(offering, city.ward_desk, at=hanoi(2026, 1, 5))
    assert close_last_years_books(at=hanoi(2026, 1, 6)) == 1
    assert close_last_years_books(at=hanoi(2026, 1, 7)) == 0
    assert list(ClosedBook.objects.values_list("year", "last")) == [(2025, 1)]


def test_clerks_open_the_book_of_their_own_desk_as_pdf_and_workbook(client: Client, city, offering):
    dossier = register(offering, city.ward_desk, at=hanoi(2026, 3, 2))
    client.force_login(make_user("clerk", city.ward_desk))
    page = client.get("/can-bo/so-theo-doi/")
    assert city.ward_desk.name in page.content.decode()
    address = f"/can-bo/so-theo-doi/{city.ward_desk.slug}/2026/"
    assert client.get(f"{address}1.pdf").content.startswith(b"%PDF")
    with ZipFile(BytesIO(client.get(f"{address}so.xlsx").content)) as book:
        assert "xl/workbook.xml" in book.namelist()
    assert client.get(f"{address}2.pdf").status_code == 404
    assert list(dossier.readings.values_list("page", flat=True)) == ["book", "book"]


def test_who_reads_many_books_has_the_newest_first_and_may_ask_for_one_desk(client: Client, city, offering):
    register(offering, city.ward_desk, at=hanoi(2025, 3, 3))
    register(offering, city.ward_desk, at=hanoi(2026, 3, 2))
    districts = make_offering(make_procedure("Đăng ký thử nghiệm khác"), city.district)
    register(districts, city.district_desk, at=hanoi(2026, 3, 2))
    client.force_login(make_user("official", city.district))
    listed = [row.split()[-1] for row in _books(client)]
    assert listed == ["2026", "2026", "2025"]
    assert _books(client, city.district_desk.slug) == [f"{city.district_desk.name} 2026"]
    assert client.get("/can-bo/so-theo-doi/?noi-nhan=khong-co").status_code == 404


def _books(client: Client, slug: str = "") -> list[str]:
    """Desk and year of each listed book."""
    page = BeautifulSoup(client.get("/can-bo/so-theo-doi/", {"noi-nhan": slug}).content, "html.parser")
    return [f"{row.th.text} {row.td.text}" for row in page.select("tbody tr")]


def test_the_book_of_another_desk_does_not_exist_for_a_clerk(client: Client, city, offering):
    register(offering, city.ward_desk, at=hanoi(2026, 3, 2))
    client.force_login(make_user("clerk", city.other_desk))
    address = f"/can-bo/so-theo-doi/{city.ward_desk.slug}/2026/"
    assert [client.get(f"{address}{name}").status_code for name in ("1.pdf", "so.xlsx")] == [404, 404]
    assert client.post(f"{address}khoa/").status_code == 404


@pytest.fixture
def merged(city, offering):
    """A desk with a book of 2025, whose clerk serves at the successor since July; its address, and that clerk."""
    register(offering, city.ward_desk, at=hanoi(2025, 6, 2))
    clerk = make_user("clerk", city.ward_desk)
    move_memberships(moves=merge(city).moves, on=DAY, actor=None, at=timezone.now())
    return f"/can-bo/so-theo-doi/{city.ward_desk.slug}/2025/", clerk


def test_rule_23_the_book_of_a_merged_desk_is_read_and_closed_at_its_successor(client: Client, city, merged):
    address, clerk = merged
    client.force_login(clerk)
    page = client.get("/can-bo/so-theo-doi/").content.decode()
    assert city.ward_desk.name in page
    assert f"{address}khoa/" in page
    assert [client.get(f"{address}{name}").status_code for name in ("1.pdf", "so.xlsx")] == [200, 200]
    assert client.post(f"{address}khoa/").status_code == 302
    assert ClosedBook.objects.get().desk == city.ward_desk


def test_rule_23_a_merger_opens_the_old_book_to_no_other_desk(client: Client, city, merged):
    address, _clerk = merged
    client.force_login(make_user("clerk", city.district_desk))
    assert client.get(f"{address}1.pdf").status_code == client.post(f"{address}khoa/").status_code == 404


def test_rule_23_every_part_of_a_divided_office_opens_the_old_book_and_nobody_else_does(
    client: Client, city, offering
):
    """The book was closed with its year; a year later the ward is divided. Heads and clerks of both parts read it."""
    register(offering, city.ward_desk, at=hanoi(2024, 6, 2))
    close_last_years_books(at=hanoi(2025, 1, 3))
    desk = NewDesk("Một cửa mới", "Một cửa mới", "mot-cua-moi", code_prefix="T9.99")
    new = NewUnit("ward", "Đơn vị mới", "Đơn vị mới", "don-vi-moi", parent=city.district, desk=desk)
    parts = [(new, Share.PART), (city.other_ward, Share.PART)]
    split_unit(old=city.ward, parts=parts, on=DAY, source="NQ 1656", at=hanoi(2025, 6, 30))
    made = Unit.objects.get(slug="don-vi-moi")
    address = f"/can-bo/so-theo-doi/{city.ward_desk.slug}/2024/"
    for unit, role in (
        (made.desk, "clerk"),
        (made, "leader"),
        (city.other_desk, "clerk"),
        (city.other_ward, "leader"),
    ):
        client.force_login(make_user(role, unit))
        assert _books(client, city.ward_desk.slug) == [f"{city.ward_desk.name} 2024"], (unit, role)
        assert client.get(f"{address}1.pdf").status_code == 200
    client.force_login(make_user("clerk", city.district_desk))
    assert client.get(f"{address}1.pdf").status_code == 404


def test_only_who_may_close_a_book_is_offered_it(client: Client, city, offering):
    """A clerk at one desk who leads elsewhere reads the book there, and closes only the own one."""
    register(offering, city.ward_desk, at=hanoi(2025, 6, 2))
    leader = make_user("leader", city.ward)
    Membership.objects.create(user=leader, unit=city.other_desk, role="clerk", valid_from=SINCE)
    client.force_login(leader)
    page = client.get("/can-bo/so-theo-doi/").content.decode()
    assert city.ward_desk.name in page
    assert "khoa/" not in page


def test_closing_too_early_from_the_page_says_why(client: Client, city, offering):
    register(offering, city.ward_desk, at=hanoi(2026, 3, 2))
    client.force_login(make_user("clerk", city.ward_desk))
    answer = client.post(f"/can-bo/so-theo-doi/{city.ward_desk.slug}/2999/khoa/")
    assert answer.status_code == 422
    assert not ClosedBook.objects.exists()


def test_the_daily_task_closes_what_is_over_and_leaves_this_years_book_open(city, offering):
    now = timezone.now()
    register(offering, city.ward_desk, at=now - timedelta(days=400))
    register(offering, city.ward_desk, at=now)
    close_books()
    close_books()
    assert [book.year for book in ClosedBook.objects.all()] == [local_day(now - timedelta(days=400)).year]


def test_a_closed_book_takes_no_further_number(city, offering):
    register(offering, city.ward_desk, at=hanoi(2025, 12, 31))
    close_last_years_books(at=hanoi(2026, 1, 6))
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        register(offering, city.ward_desk, at=hanoi(2025, 12, 31, 10))
    assert Dossier.objects.count() == 1
