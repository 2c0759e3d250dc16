"""A result that came too late says so wherever it is shown: by how much, through which office, and why."""

import pytest
from django.utils import timezone

from dossiers.book.form_06 import book_rows
from dossiers.clock.states import Outcome
from dossiers.models import Dossier
from dossiers.models.list_rows import listed
from dossiers.operations.api import DossierState
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.queue.rows import row_of
from reporting.dashboards.lists.rows import dossier_rows
from tests.factories import hanoi, make_offering, make_procedure, make_user, register
from tests.secrets import secret_of
from units.calendar.lookup import working_calendar

pytestmark = pytest.mark.django_db

AT = hanoi(2026, 3, 12, 9)
WHO, CAUSE = "Phòng Thử", "Quá nhiều hồ sơ"


@pytest.fixture
def finished(city):
    """Due on 9 March 2026 at 17:00; the department had the result on the 11th at 10:00, a day and two hours late."""
    offering = make_offering(make_procedure(), city.ward, handler=city.department)

    def finish(at):
        one = register(offering, city.ward_desk, at=hanoi(2026, 3, 2))
        start_work(dossier=one, actor=None, at=hanoi(2026, 3, 2, 14))
        finish_dossier(dossier=one, outcome=Outcome.GRANTED, actor=None, at=at, cause="workload")
        return Dossier.objects.get(pk=one.pk)

    return finish


@pytest.fixture
def late(finished):
    return finished(hanoi(2026, 3, 11, 10))


def test_lists_say_by_how_much_through_whom_and_why(late):
    calendar = working_calendar(late.desk)
    (line,) = listed([late.pk])
    row = row_of(line, AT, calendar)
    assert (row.badge.kind, row.badge.text) == ("bad", "Chờ trả, trễ 1 ngày 2 giờ")
    assert row.apology == f"{WHO} làm trễ: {CAUSE}"
    (shown,) = dossier_rows(Dossier.objects.for_list(), at=AT, calendar=calendar)
    assert (shown.badge.text, shown.late_words) == ("Trễ 1 ngày 2 giờ", f"{WHO} làm trễ: {CAUSE}")
    (entry,) = book_rows(late.receiving_desk, 2026)
    assert entry.note == f"Trễ hạn 1 ngày 2 giờ làm việc, {WHO} làm trễ: {CAUSE}"
    result = DossierState(late, context={"at": AT}).data
    assert (result["late_unit"], result["late_cause"], result["is_overdue"]) == (WHO, "workload", False)


def test_its_page_and_the_search_say_so_and_that_nobody_apologised(client, city, late):
    client.force_login(make_user("clerk", city.ward_desk))
    page = client.get(late.get_absolute_url()).content.decode()
    assert "Xong trễ 1 ngày 2 giờ làm việc so với ngày hẹn đầu." in page
    assert f"{WHO} làm trễ: {CAUSE}. Không có thư xin lỗi, hẹn lại." in page
    assert "Chờ trả, trễ 1 ngày 2 giờ" in client.get("/can-bo/hang-doi/?nhom=tra-ket-qua").content.decode()


def test_a_new_date_never_launders_lateness(late):
    Dossier.objects.filter(pk=late.pk).update(new_due_at=hanoi(2026, 3, 13, 17))
    (line,) = listed([late.pk])
    row = row_of(line, AT, working_calendar(late.desk))
    assert row.badge.text == "Chờ trả, trễ 1 ngày 2 giờ"
    assert row.apology == f"{WHO} làm trễ: {CAUSE} · Đã hẹn lại 13/03"


def test_the_citizen_reads_by_how_much_and_through_whom_and_why_with_the_secret(client, late):
    page = client.get(f"/tra-cuu/{late.code}/").content.decode()
    assert "Hồ sơ trễ 1 ngày 2 giờ làm việc." in page
    assert f"Đơn vị làm trễ: {WHO}" in page
    assert CAUSE not in page
    client.post(f"/tra-cuu/{late.code}/", {"secret": secret_of(late)})
    assert f"{WHO} làm trễ: {CAUSE}" in client.get(f"/tra-cuu/{late.code}/").content.decode()


def test_what_was_finished_in_time_says_nothing_of_the_kind(client, city, finished):
    early = finished(hanoi(2026, 3, 9, 16, 59))
    (line,) = listed([early.pk])
    row = row_of(line, timezone.now(), working_calendar(early.desk))
    assert (row.badge.text, row.apology) == ("Chờ trả kết quả", "")
    client.force_login(make_user("clerk", city.ward_desk))
    for address in (early.get_absolute_url(), f"/tra-cuu/{early.code}/"):
        assert "làm trễ" not in client.get(address).content.decode()
