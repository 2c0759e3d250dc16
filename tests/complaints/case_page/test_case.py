"""What the staff page of a case tells beside its words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.staff.form_recovery import sign_owner
from complaints.clock.rules import Grade
from complaints.clock.states import Kind, Outcome, Status
from complaints.intake.paper.actions import open_box
from complaints.models import Case, Category, Ground, SuggestionBox
from complaints.operations.acceptance.actions import accept_case, refuse_case, transfer_case
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.answer.actions import answer_case
from complaints.operations.linking.actions import link_cases, link_dossier
from complaints.operations.linking.representatives import Delegate, name_representatives
from complaints.operations.settlement.actions import close_case, grade_case
from complaints.operations.settlement.assignment import assign_case, pass_on, send_back
from complaints.registration.files import receive_with_uploads
from complaints.texts.actions import add_note
from complaints.tracking.add_reporter_text import add_reporter_text
from tests.complaints.cases import AT, ground, in_work, make_inspector, new_case, received
from tests.factories import City, make_offering, make_procedure, make_user, register
from tests.files.samples import photograph
from tests.secrets import secret_of
from units.texts.wording import weekday_datetime

LATER = AT + timedelta(hours=1)
WORDS = "Đã kiểm tra tại chỗ và yêu cầu hoàn trả vỉa hè."


@pytest.fixture
def leader(city: City, client: Client) -> User:
    user = make_user("leader", city.ward)
    client.force_login(user)
    return user


def shown(client: Client, code: str) -> str:
    return client.get(f"/can-bo/phan-anh/{code}/").content.decode()


def test_it_names_whose_work_it_is_what_it_is_about_and_what_the_reporter_wished(
    city: City, client: Client, leader: User
) -> None:
    officer = make_user("specialist", city.ward)
    case = received(city.ward, category=Category.objects.get(code="quy-dinh"), consents=True, latitude=None)
    assert "Chưa giao" in shown(client, case.code)
    assign_case(case=case, to=officer, actor=leader, at=LATER)
    page = shown(client, case.code)
    for words in (str(case.category), "Người gửi đồng ý", f"→ {officer}", "Vì sao là ngày này?"):
        assert words in page
    assert "Chưa giao" not in page


def test_every_act_tells_where_to_to_whom_and_on_which_ground(city: City, client: Client, leader: User) -> None:
    refused = sort_case(case=received(city.ward), sorting=Sorting(Kind.PETITION), actor=None, at=AT)
    because = ground(refused, Ground.Use.NOT_ACCEPTED)
    refuse_case(case=refused, ground=because, reason=WORDS, actor=leader, at=LATER)
    assert because.text in shown(client, refused.code)
    gone = sort_case(case=received(city.ward), sorting=Sorting(Kind.PETITION), actor=None, at=AT)
    transfer_case(case=gone, body="Sở Xây dựng Hà Nội", reason="", actor=leader, at=LATER)
    assert "→ Sở Xây dựng Hà Nội" in shown(client, gone.code)
    passed = pass_on(case=received(city.ward), to=city.department, reason="", actor=leader, at=LATER)
    assert f"→ {city.department.name}" in shown(client, passed.code)


def test_a_note_says_whose_it_is_and_when(city: City, client: Client, leader: User) -> None:
    case = received(city.ward)
    add_note(
        case=case,
        text="Đã gọi điện cho người gửi.",
        actor=make_user("clerk", city.ward, full_name="Vũ Thị Ghi"),
        at=LATER,
    )
    page = shown(client, case.code)
    assert "Vũ Thị Ghi" in page.split("Đã gọi điện cho người gửi.")[1][:200]


def test_a_grievance_shows_when_its_time_ran_out(city: City, client: Client, leader: User) -> None:
    in_time = received(city.ward, Kind.GRIEVANCE, acted_on=date(2026, 4, 7))
    assert "Đến hết ngày 06/07/2026" in shown(client, in_time.code), "the ninetieth day, on which it came in"
    too_late = received(city.ward, Kind.GRIEVANCE, acted_on=date(2026, 4, 2))
    assert "Đã hết ngày 01/07/2026" in shown(client, too_late.code)


def test_rule_29_a_denunciation_shows_by_when_it_is_passed_to_another_body(city: City, client: Client) -> None:
    client.force_login(make_inspector(city.district))
    case = received(city.ward, Kind.DENUNCIATION, channel="post")  # Monday
    assert "17:00 Thứ Hai, 13/07/2026" in shown(client, case.code)
    sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=None, at=AT)
    accept_case(case=case, actor=None, at=LATER)
    assert "Báo cho người gửi đã thụ lý chậm nhất" in shown(client, case.code)


def test_a_letter_out_of_a_box_tells_which_and_who_opened_it(city: City, client: Client, leader: User) -> None:
    box = SuggestionBox.objects.create(unit=city.ward, place="Cổng sau")
    other = make_user("clerk", city.ward, full_name="Người Cùng Mở")
    opening = open_box(box=box, opened_on=AT.date(), letters=1, second_opener=other, actor=leader, at=AT)
    case = receive_with_uploads(
        new=new_case(city.ward, channel="box"), uploads=[], at=AT, actor=leader, opening=opening
    )
    page = shown(client, case.code)
    assert "Cổng sau" in page
    assert "Người Cùng Mở" in page


def test_a_case_is_reopened_for_a_reporter_who_asks_by_telephone_within_the_time(
    city: City, client: Client, leader: User
) -> None:
    case = in_work(city.ward, at=timezone.now() - timedelta(days=1))
    answer_case(case=case, answer=WORDS, outcome=Outcome.EXPLAINED, actor=leader, at=timezone.now())
    close_case(case=case, actor=leader, at=timezone.now())
    form = {"why": "Bà Hạnh gọi nói vỉa hè vẫn bị đào."}
    assert client.post(f"/can-bo/phan-anh/{case.code}/viec/xem-lai/", form).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.reopened) == (Status.SETTLING, 1)
    old = in_work(city.ward)
    answer_case(case=old, answer=WORDS, outcome=Outcome.EXPLAINED, actor=leader, at=LATER)
    late = client.post(f"/can-bo/phan-anh/{old.code}/viec/xem-lai/", form)
    assert (late.status_code, "Đã quá thời hạn" in late.content.decode()) == (422, True)


def test_an_official_reads_what_is_open_below_and_can_do_nothing_with_it(city: City, client: Client) -> None:
    case = received(city.ward, at=timezone.now() - timedelta(minutes=5))
    make_inspector(city.district)
    hidden = received(city.ward, Kind.DENUNCIATION, channel="post")
    client.force_login(make_user("official", city.district))
    inbox = client.get("/can-bo/phan-anh/").content.decode()
    assert case.code in inbox
    assert hidden.code not in inbox
    assert "/viec/" not in shown(client, case.code)


def test_a_note_typed_while_the_session_ended_comes_back(city: City, client: Client, leader: User) -> None:
    case = received(city.ward)
    page = f"/can-bo/phan-anh/{case.code}/"
    form = {"note": "Đã hẹn người gửi sáng thứ Hai.", "owner": sign_owner(leader.pk)}
    client.logout()
    assert client.post(page, form).status_code == 302
    client.force_login(leader)
    assert form["note"] in client.get(page).content.decode()
    assert form["note"] not in client.get(page).content.decode(), "once"


def test_a_grievance_from_the_web_is_accepted_once_the_signed_letter_is_here(
    city: City, client: Client, leader: User
) -> None:
    case = received(city.ward, Kind.GRIEVANCE)
    sort_case(case=case, sorting=Sorting(Kind.GRIEVANCE), actor=None, at=AT)
    page = f"/can-bo/phan-anh/{case.code}/viec/thu-ly/"
    before = client.get(page).content.decode()
    refused = client.post(page)
    assert (refused.status_code, "khi có đơn đã ký" in refused.content.decode()) == (422, True)
    assert client.post(page, {"signed": "on"}).status_code == 302
    case.refresh_from_db()
    assert case.settle_due_at is not None
    assert weekday_datetime(case.settle_due_at, "vi") in before, "what accepting promises was said before"
    on_paper = received(city.ward, Kind.GRIEVANCE, channel="post")
    sort_case(case=on_paper, sorting=Sorting(Kind.GRIEVANCE), actor=None, at=AT)
    assert client.post(f"/can-bo/phan-anh/{on_paper.code}/viec/thu-ly/").status_code == 302


def with_everything(city: City, leader: User) -> Case:
    """A case of twelve people that has one of each thing a page can show, and acts that name others."""
    at = timezone.now() - timedelta(hours=2)
    sent = SimpleUploadedFile("vỉa hè.jpg", photograph())
    case = receive_with_uploads(new=new_case(city.ward, people=12), uploads=[sent], at=at)
    name_representatives(case=case, people=12, delegates=[Delegate("Lê Thị Đại Diện")])
    linked, _alike = received(city.ward, at=at), received(city.ward, at=at)
    link_cases(case=case, other=linked, sort="repeat", actor=leader, at=at)
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=at)
    link_dossier(case=case, dossier=dossier)
    sort_case(case=case, sorting=Sorting(Kind.PETITION, reason="Đã đọc kỹ đơn."), actor=leader, at=at)
    accept_case(case=case, actor=leader, at=at)
    complex_one = ground(case, Ground.Use.COMPLEX)
    grade_case(case=case, grade=Grade.COMPLEX, grounds=[complex_one], reason=WORDS, actor=leader, at=at)
    assign_case(case=case, to=make_user("specialist", city.ward), actor=leader, at=at)
    pass_on(case=case, to=city.department, reason="Thuộc việc của phòng.", actor=leader, at=at)
    send_back(case=case, reason="Không phải việc của phòng.", actor=leader, at=at)
    add_note(case=case, text="Đã hẹn gặp ở hiện trường.", actor=leader, at=at)
    return case


def asked(client: Client, code: str) -> list[str]:
    """What the second opening asks the database; savepoints are the test's own."""
    shown(client, code)
    with CaptureQueriesContext(connection) as queries:
        shown(client, code)
    return [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]


def test_a_case_costs_six_queries_whatever_it_has(city: City, client: Client, leader: User, uploads) -> None:
    bare, full = received(city.ward), with_everything(city, leader)
    assert (len(asked(client, bare.code)), len(asked(client, full.code))) == (6, 6)
    page = shown(client, full.code)
    linked, dossier = full.links.get().other, full.about.get().dossier
    named = (linked.code, "Gửi lại", dossier.code, str(dossier.version.name), "vỉa hè.jpg", "Lê Thị Đại Diện")
    acts = (f"→ {city.department.name}", ground(full, Ground.Use.COMPLEX).text, "Đã hẹn gặp ở hiện trường.")
    assert [words for words in (*named, *acts, "giống 100%", WORDS) if words not in page] == []


def test_a_sealed_case_costs_two_more_to_ask_for_its_reader_and_to_open_its_boxes(city: City, client: Client) -> None:
    inspector = make_inspector(city.district)
    client.force_login(inspector)
    case = received(city.ward, Kind.DENUNCIATION, channel="post")
    sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=inspector, at=AT)
    assign_case(case=case, to=inspector, actor=inspector, at=LATER)
    assert len(asked(client, case.code)) == 8


def test_what_comes_after_the_answer_reopens_nothing_and_offers_to(city: City, client: Client, leader: User) -> None:
    at = timezone.now() - timedelta(days=1)
    case = answer_case(case=in_work(city.ward, at=at), answer=WORDS, outcome=Outcome.EXPLAINED, actor=leader, at=at)
    act, offered = f"/can-bo/phan-anh/{case.code}/viec/xem-lai/", "Người gửi viết thêm sau khi được trả lời"
    assert offered not in shown(client, case.code)
    text = "Sáng nay vỉa hè lại bị đào lên."
    add_reporter_text(case=case, text=text, accepted=(), at=timezone.now())
    page = shown(client, case.code)
    assert (offered in page, page.count(act)) == (True, 1)
    assert "<b>Người gửi viết thêm</b>" in page, "nobody takes their words for the office's"
    assert text in client.get(act).content.decode().split("<textarea")[1]
    client.post(act, {"why": text})
    case.refresh_from_db()
    assert (case.status, case.reopened) == (Status.SETTLING, 1)
    assert offered not in shown(client, case.code)


def answered_and_written_to(city: City, leader: User, *words: str) -> Case:
    at = timezone.now() - timedelta(days=1)
    case = answer_case(case=in_work(city.ward, at=at), answer=WORDS, outcome=Outcome.EXPLAINED, actor=leader, at=at)
    for message in words:
        add_reporter_text(case=case, text=message, accepted=(), at=timezone.now())
    return case


def test_words_taken_unchanged_as_the_ground_of_a_reopening_stand_once_where_they_were_written(
    city: City, client: Client, leader: User
) -> None:
    first, second = "Sáng nay vỉa hè lại bị đào lên.", "Chiều nay vẫn chưa có ai đến rào lại."
    case = answered_and_written_to(city, leader, first, second)
    client.post(f"/can-bo/phan-anh/{case.code}/viec/xem-lai/", {"why": f"{first}\r\n\r\n{second}"})
    add_reporter_text(case=case, text="Xin cảm ơn đã xem lại việc này.", accepted=(), at=timezone.now())
    citizen = Client()
    track = f"/phan-anh/{case.code}/"
    for page in (
        shown(client, case.code),
        citizen.post(track, {"ma-tra-cuu": secret_of(case)}, follow=True).content.decode(),
    ):
        assert [page.count(words) for words in (first, second)] == [1, 1]
        assert page.index("Theo lời người gửi viết thêm, ghi bên dưới.") < page.index(first)
    changed = answered_and_written_to(city, leader, first)
    client.post(f"/can-bo/phan-anh/{changed.code}/viec/xem-lai/", {"why": f"{first} Bà gọi điện nói thêm."})
    assert shown(client, changed.code).count(first) == 2, "what an officer changed stands beside what it came from"


def test_after_the_time_nothing_is_offered(city: City, client: Client, leader: User) -> None:
    case = answer_case(case=in_work(city.ward), answer=WORDS, outcome=Outcome.EXPLAINED, actor=leader, at=LATER)
    add_reporter_text(case=case, text="Vỉa hè lại bị đào lên.", accepted=(), at=timezone.now())
    assert "/viec/xem-lai/" not in shown(client, case.code)
