"""The public look-up: what a code shows, what the secret opens, and what nobody learns."""

import gzip
import re
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.core import mail
from django.test import Client
from django.utils import timezone

from dossiers.clock.states import Outcome
from dossiers.intake.submit import Submission, submit_incomplete
from dossiers.operations.apologies.actions import Excuse, sign_apology
from dossiers.operations.correction.actions import correct_particulars
from dossiers.operations.finishing.actions import Receiver, finish_dossier, return_result, start_work
from dossiers.operations.pauses.actions import Order, ask_payment, record_payment, stop_by_order
from dossiers.operations.supplement.actions import Defects, ask_supplement
from dossiers.particulars.submission import SubmissionTerms
from notices.sending.actions import send_next_notice
from tests.factories import (
    make_applicant,
    make_offering,
    make_procedure,
    make_process,
    make_user,
    register,
)
from tests.secrets import secret_of
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.models import CalendarDay

pytestmark = pytest.mark.django_db
PERSON = {
    "name": "Đặng Thị Bích Huệ",
    "id_number": "001187004521",
    "address": "Số 12 ngõ Tự Do",
    "phone": "0912345471",
    "email": "hue@example.vn",
}


@pytest.fixture
def dossier(city):
    offering = make_offering(make_procedure("Cấp giấy xác nhận tình trạng hôn nhân"), city.ward)
    clerk = make_user("clerk", city.ward_desk, full_name="Trần Thu Hà")
    return register(
        offering, city.ward_desk, at=timezone.now(), applicant=make_applicant(**PERSON), actor=clerk, papers=[]
    )


@pytest.fixture
def slow(city):
    """A dossier with months left that the first office has had far longer than its day."""
    version = make_procedure(term_amount=60)
    make_process(version, ("desk", 8), ("handler", 460), ("desk", 12))
    return register(make_offering(version, city.ward), city.ward_desk, at=timezone.now() - timedelta(days=14))


def url(code):
    return f"/tra-cuu/{code}/"


def body(response):
    """The page without what differs in every answer: the form tokens and the address of the page itself."""
    html = BeautifulSoup(response.content, "html.parser")
    for field in html.find_all("input", attrs={"name": ["csrfmiddlewaretoken", "next"]}):
        field.decompose()
    for link in html.find_all("a", hreflang=True):
        link.decompose()
    field = html.find(id="ma")
    assert field["value"] == response.wsgi_request.path.split("/")[2]
    del field["value"]
    return str(html)


def test_a_step_that_takes_too_long_is_not_called_on_schedule(client, slow):
    text = client.get(url(slow.code)).content.decode()
    assert "Một bước đang chậm" in text
    assert "Đang ở đây, chậm bước" in text
    assert "Đúng tiến độ" not in text


def test_the_code_is_understood_however_it_is_typed(client, dossier):
    for typed in (
        dossier.code,
        f"  {dossier.code.lower()} ",
        dossier.code.replace("-", ""),
        dossier.code.replace("-", " "),
        dossier.code.replace("-", " ").replace(" 0001", " 1"),
    ):
        assert client.get("/tra-cuu/", {"ma": typed})["Location"] == url(dossier.code)


def test_a_code_that_is_none_stays_in_the_field(client):
    answer = client.get("/tra-cuu/", {"ma": "<khong phai ma>"})
    assert answer.status_code == 404
    assert BeautifulSoup(answer.content, "html.parser").find(id="ma")["value"] == "<khong phai ma>"


def test_the_search_box_of_the_staff_reads_codes_as_the_public_one_does(client, dossier, city):
    client.force_login(make_user("clerk", city.ward_desk))
    typed = dossier.code.lower().replace("-", " ").replace(" 0001", " 1")
    assert client.post("/can-bo/tra-cuu/", {"q": typed})["Location"] == dossier.get_absolute_url()


def test_the_code_alone_shows_status_dates_and_holder(client, dossier, city):
    text = client.get(url(dossier.code)).content.decode()
    assert "Đã tiếp nhận" in text
    assert "Hẹn trả" in text
    assert city.ward_desk.name in text
    assert "không cần làm gì thêm" in text


@pytest.mark.parametrize("unlocked", [False, True])
def test_27_no_page_names_a_person_or_an_officer(client, dossier, unlocked):
    if unlocked:
        client.post(url(dossier.code), {"secret": secret_of(dossier)})
    text = client.get(url(dossier.code)).content.decode()
    for private in (*PERSON.values(), "Bích Huệ", "Trần Thu Hà", secret_of(dossier)):
        assert private not in text


def test_the_secret_opens_the_history_for_this_browser_only(client, dossier):
    locked = client.get(url(dossier.code)).content.decode()
    assert "Nhật ký xử lý" not in locked
    assert "hôn nhân" not in locked
    answer = client.post(url(dossier.code), {"secret": f" {secret_of(dossier).lower()} "})
    assert answer["Location"] == url(dossier.code)
    opened = client.get(url(dossier.code)).content.decode()
    assert "Nhật ký xử lý" in opened
    assert "hôn nhân" in opened
    assert "Nhật ký xử lý" not in Client(REMOTE_ADDR="10.0.0.2").get(url(dossier.code)).content.decode()


def test_a_forged_cookie_opens_nothing(client, dossier):
    client.cookies["tra_cuu"] = f"u{dossier.code}"
    assert "Nhật ký xử lý" not in client.get(url(dossier.code)).content.decode()


def test_27_a_wrong_code_and_a_wrong_secret_get_the_same_answer(client, dossier):
    unknown = dossier.code[:-4] + "9999"
    assert BeautifulSoup(client.get(url(unknown)).content, "html.parser").find(id="ma")["value"] == unknown
    answers = [
        client.post(url(unknown), {"secret": "BCGHKM"}),
        client.post(url(dossier.code), {"secret": "BCGHKM"}),
        client.post(url(dossier.code), {}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({body(answer) for answer in answers}) == 1


def test_27_a_wrong_code_and_a_wrong_secret_cost_the_same_queries(client, dossier, django_assert_num_queries):
    counts = []
    client.get("/tra-cuu/")  # the frame of the page is read once a minute
    for code in (dossier.code, dossier.code[:-4] + "9999"):
        with django_assert_num_queries(7) as asked:  # the counters, the try, the secret, two savepoints
            client.post(url(code), {"secret": "BCGHKM"})
        counts.append([re.sub(r"'[^']*'", "?", query["sql"]) for query in asked.captured_queries])
    assert [sql for sql in counts[0] if "SAVEPOINT" not in sql] == [sql for sql in counts[1] if "SAVEPOINT" not in sql]


def test_looking_again_at_an_opened_dossier_is_no_new_try(client, dossier):
    assert {client.get(url(dossier.code)).status_code for _ in range(9)} == {200}


def test_guessing_secrets_is_counted_even_for_an_opened_dossier(client, dossier):
    client.get(url(dossier.code))
    assert [client.post(url(dossier.code), {"secret": "X"}).status_code for _ in range(6)] == [404] * 5 + [429]


def test_a_late_dossier_apologises_and_gives_the_telephone(client, city):
    offering = make_offering(make_procedure(), city.ward)
    late = register(offering, city.ward_desk, at=timezone.now() - timedelta(days=40))
    text = client.get(url(late.code)).content.decode()
    assert "xin lỗi" in text
    assert city.ward_desk.telephone in text
    assert "answer--bad" in text
    assert text.count(f"/phan-anh/?ho-so={late.code}") == 1


def test_a_finished_dossier_says_where_to_go_with_what_and_later_that_it_was_returned(client, dossier, city):
    now = timezone.now()
    start_work(dossier=dossier, actor=None, at=now)
    finish_dossier(
        dossier=dossier,
        outcome=Outcome.DECLINED,
        reason="Không đủ điều kiện theo luật",
        ground="Luật Hộ tịch, điều 5",
        actor=None,
        at=now,
    )
    text = client.get(url(dossier.code)).content.decode()
    assert f"Nhận kết quả tại {city.ward_desk.name}" in text
    assert "Mang theo giấy hẹn" in text
    assert "Không đủ điều kiện" not in text
    return_result(
        dossier=dossier, receiver=Receiver(PERSON["name"], "desk", identity_checked=True), actor=None, at=now
    )
    assert "Đã trả kết quả" in client.get(url(dossier.code)).content.decode()


@pytest.mark.parametrize(
    ("delivery", "expected"), [("post", "gửi qua bưu chính"), ("online", "gửi đến thư điện tử ghi trên giấy hẹn")]
)
def test_whoever_gets_the_result_by_post_or_mail_is_not_told_to_come(client, city, delivery, expected):
    now = timezone.now()
    dossier = register(
        make_offering(make_procedure(), city.ward),
        city.ward_desk,
        at=now,
        applicant=make_applicant(**PERSON),
        terms=SubmissionTerms(delivery=delivery),
    )
    assert expected in client.get(url(dossier.code)).content.decode()
    start_work(dossier=dossier, actor=None, at=now)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=now)
    text = client.get(url(dossier.code)).content.decode()
    assert expected in text
    assert "không cần đến" in text
    assert "Mời ông/bà đến" not in text
    assert "Mang theo" not in text
    send_next_notice(at=now)
    send_next_notice(at=now + timedelta(seconds=1))
    assert "không cần đến" in mail.outbox[-1].body
    assert "Khi đến" not in mail.outbox[-1].body


def test_the_term_shown_is_the_one_of_acceptance_whatever_is_offered_later(client, dossier):
    dossier.offering.committed_amount, dossier.offering.committed_unit = 1, "working_day"
    dossier.offering.save()
    client.post(url(dossier.code), {"secret": secret_of(dossier)})
    text = BeautifulSoup(client.get(url(dossier.code)).content, "html.parser").find("aside").text
    assert "5 ngày làm việc" in text
    assert "1 ngày làm việc" not in text


def test_tracking_asks_at_most_six_questions(client, dossier, django_assert_max_num_queries):
    client.post(url(dossier.code), {"secret": secret_of(dossier)})
    client.get(url(dossier.code))
    with django_assert_max_num_queries(6):
        client.get(url(dossier.code))


PRIVATE = "Thiếu bản sao giấy khai sinh có chứng thực"


def opened(client, dossier):
    """The page before and after the secret was given."""
    locked = client.get(url(dossier.code)).content.decode()
    client.post(url(dossier.code), {"secret": secret_of(dossier)})
    return locked, client.get(url(dossier.code)).content.decode()


@pytest.fixture
def working(dossier):
    return start_work(dossier=dossier, actor=None, at=dossier.received_at)


def test_27_what_is_missing_and_by_when_is_for_the_secret_only(client, working):
    papers = [{"name": "Giấy khai sinh", "missing": "certified", "note": ""}]
    defects = Defects(["missing"], PRIVATE, papers)
    ask_supplement(dossier=working, defects=defects, actor=None, at=timezone.now())
    locked, unlocked = opened(client, working)
    assert "Cần bổ sung trước" in locked
    for secret_text in (PRIVATE, "Giấy khai sinh", "một bản sao có chứng thực"):
        assert secret_text not in locked
        assert secret_text in unlocked
    assert "Hẹn trả, trước khi tạm dừng" in unlocked


def test_27_what_is_to_be_paid_is_for_the_secret_only(client, working):
    ask_payment(dossier=working, amount_vnd=1_250_000, purpose=PRIVATE, actor=None, at=timezone.now())
    locked, unlocked = opened(client, working)
    assert "Cần nộp nghĩa vụ tài chính" in locked
    for secret_text in ("1.250.000 đồng", PRIVATE):
        assert secret_text not in locked
        assert secret_text in unlocked


def test_27_why_the_work_is_stopped_is_for_the_secret_only(client, working):
    order = Order("Tòa án thử nghiệm", "12/QĐ", timezone.localdate(), PRIVATE)
    stop_by_order(dossier=working, order=order, consequences="Không thu phí", actor=None, at=timezone.now())
    locked, unlocked = opened(client, working)
    for secret_text in ("Tòa án thử nghiệm", PRIVATE):
        assert secret_text not in locked
        assert secret_text in unlocked


def test_27_an_apology_gives_the_new_date_to_all_and_its_reason_to_the_secret(client, city, working):
    excuse = Excuse(city.ward, "workload", PRIVATE, working_calendar().nth_working_day(local_day(working.due_at), 5))
    sign_apology(dossier=working, excuse=excuse, actor=None, at=timezone.now())
    locked, unlocked = opened(client, working)
    assert "Hẹn lại" in locked
    assert PRIVATE not in locked
    assert PRIVATE in unlocked
    assert "vẫn quyết định đúng hạn hay trễ hạn" in unlocked


def test_why_it_is_this_day_opens_without_a_script_and_only_with_the_secret(client, dossier):
    locked, unlocked = opened(client, dossier)
    assert "Vì sao là ngày này?" not in locked
    fold = BeautifulSoup(unlocked, "html.parser").find("details", class_="fold")
    assert fold.summary.text == "Vì sao là ngày này?"
    assert len(fold.select(".days__on")) == 5


def test_a_dossier_not_accepted_yet_has_neither_date_nor_route(client, city):
    offering = make_offering(make_procedure(), city.ward)
    handed = Submission(uuid4(), city.ward_desk, offering, make_applicant(**PERSON))
    submitted = submit_incomplete(
        handed_in=handed, defects=Defects(["missing"], PRIVATE), actor=None, at=timezone.now()
    )
    locked, unlocked = opened(client, submitted)
    assert "chưa tính thời hạn" in locked
    assert "Hồ sơ đang ở đâu" not in unlocked
    assert PRIVATE in unlocked


@pytest.mark.parametrize("unlocked", [False, True])
def test_tracking_asks_at_most_six_questions_whatever_happened(client, city, django_assert_max_num_queries, unlocked):
    CalendarDay.objects.create(day=date(2015, 1, 1), kind="holiday", reason="Tết", source="Thông báo")
    working = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now())
    start_work(dossier=working, actor=None, at=timezone.now())
    for _ in range(3):
        ask_payment(dossier=working, amount_vnd=1000, purpose=PRIVATE, actor=None, at=timezone.now())
        record_payment(dossier=working, receipt="BL 1", actor=None, at=timezone.now())
    right = make_applicant(name="Nguyễn Thị Phương")
    correct_particulars(dossier=working, applicant=right, reason="Ghi nhầm dấu của tên", actor=None, at=timezone.now())
    ask_supplement(dossier=working, defects=Defects(["missing"], PRIVATE), actor=None, at=timezone.now())
    if unlocked:
        client.post(url(working.code), {"secret": secret_of(working)})
    client.get(url(working.code))
    with django_assert_max_num_queries(6):
        text = client.get(url(working.code)).content.decode()
    assert ("thay bằng bản mới, lần 2" in text) == unlocked
    assert "Hôm nay" in text  # where to bring the papers, and whether it is open


def test_the_opened_page_with_all_it_needs_weighs_less_than_60_kilobytes(client, dossier):
    html = opened(client, dossier)[1]
    files = set(re.findall(r'(?:href|src)="/static/([^"#]+)"', html))
    assert {"portal.css", "print.js"} <= files
    parts = [html.encode(), *(Path(finders.find(name)).read_bytes() for name in files)]
    assert sum(len(gzip.compress(part)) for part in parts) < 60 * 1024
