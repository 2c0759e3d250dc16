"""A letter of two halves becomes two cases, and neither tells of the other where one of them is a secret."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complaints.clock.states import Kind, Outcome
from complaints.intake.reception.actions import NewEntry, enter_reception
from complaints.models import Case, CaseText, EntryKind, ReceptionEntry
from complaints.models.labels import Channel
from complaints.operations.acceptance.actions import ask_supplement
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.acceptance.splitting import split_case
from complaints.operations.answer.actions import draft_answer
from complaints.registration.files import receive_with_uploads
from complaints.sealed.opening import open_boxes
from complaints.texts.actions import add_note
from complaints.tracking.add_reporter_text import add_reporter_text
from files.storage.actions import all_or_nothing
from notices.models import Notice
from tests.complaints.cases import AT, NAME, PHONE, in_work, make_inspector, new_case, received
from tests.complaints.operations.test_linking import pdf_text
from tests.factories import City, make_user
from tests.files.samples import photograph
from tests.secrets import secret_of, shows_secret
from units.rules import RuleBroken

LATER = AT + timedelta(days=1)
DENOUNCED = "Ông Phạm Quang Cảnh nhận tiền của hộ số 7 để bỏ qua việc xây trái phép."
REST = "Cán bộ quầy số 2 trả lời cộc lốc với người già."
BOTH = f"{REST} {DENOUNCED}"


@pytest.fixture
def inspector(city: City) -> User:
    return make_inspector(city.district)


@pytest.fixture
def clerk(city: City) -> User:
    return make_user("clerk", city.ward)


def split(case: Case, clerk: User, remaining: str = REST) -> Case:
    return split_case(case=case, kind=Kind.DENUNCIATION, content=DENOUNCED, remaining=remaining, actor=clerk, at=LATER)


def everything_plain() -> str:
    texts = list(CaseText.objects.values_list("text", flat=True))
    return "\n".join([*texts, *(f"{one.content} {one.result} {one.note}" for one in ReceptionEntry.objects.all())])


def test_what_officers_noted_of_the_denunciation_goes_with_it(city: City, inspector: User, clerk: User) -> None:
    case = received(city.ward, content=BOTH)
    add_note(case=case, text="Đơn nhắc đến ông Cảnh, cần tách ra.", actor=clerk, at=AT)
    sorting = Sorting(Kind.PETITION, reason="Có phần nói về ông Cảnh.")
    sort_case(case=case, sorting=sorting, actor=clerk, at=AT)
    ask_supplement(case=case, asked="Xin cho biết ngày và giờ đến quầy.", actor=clerk, at=AT)
    add_reporter_text(case=case, text="Sáng thứ Ba; ông Cảnh cũng ở đó.", accepted=(), at=AT)
    part = split(case, clerk)
    plain = everything_plain()
    assert "Cảnh" not in plain
    assert "ngày và giờ đến quầy" in plain, "what the reporter was told stays where they read it"
    shown = {
        one.text: (one.sort, one.event) for one in open_boxes(case=part, reader=inspector, page="x", at=LATER).words
    }
    assert shown["Sáng thứ Ba; ông Cảnh cũng ở đó."] == ("content", 1), "no act of the new case is taken for it"
    assert shown["Có phần nói về ông Cảnh."] == ("note", 0)


def test_an_answer_that_tells_of_it_is_not_left_either(city: City, inspector: User, clerk: User) -> None:
    case = in_work(city.ward, content=BOTH)
    draft = f"Đã nhắc cán bộ. Về việc {DENOUNCED[0].lower()}{DENOUNCED[1:]} sẽ có trả lời sau."
    draft_answer(case=case, answer=draft, outcome=Outcome.EXPLAINED, actor=clerk, at=AT)
    split(case, clerk)
    assert "Cảnh" not in everything_plain()


def test_the_register_of_citizens_received_says_no_more_than_the_rest(
    city: City, inspector: User, clerk: User
) -> None:
    entry = NewEntry(NAME, BOTH, EntryKind.PETITION, result="Chuyển phần tố cáo", note="Ghế số 3")
    made = enter_reception(
        request_key=uuid4(), unit=city.ward, entry=entry, makes_case=True, phone=PHONE, actor=clerk, at=AT
    )
    assert made.case is not None
    split(made.case, clerk)
    made.refresh_from_db()
    assert (made.content, made.result, made.note) == (REST, "", "Ghế số 3")


@pytest.mark.parametrize(
    "remaining",
    [
        f"{REST} Ông Phạm Quang Cảnh nhận tiền của hộ số 7.",
        f"{REST} Tôi cũng tố cáo một người khác.",
        DENOUNCED.upper(),
    ],
)
def test_a_rest_that_still_tells_of_it_is_refused(city: City, inspector: User, clerk: User, remaining: str) -> None:
    case = received(city.ward, content=BOTH)
    with pytest.raises(RuleBroken) as refused:
        split(case, clerk, remaining)
    assert refused.value.field == "remaining"
    assert Case.objects.count() == 1


def test_a_rest_may_name_the_same_office(city: City, inspector: User, clerk: User) -> None:
    office = "tại Ủy ban nhân dân phường Nguyễn Du"
    split_case(
        case=received(city.ward, content=BOTH),
        kind=Kind.DENUNCIATION,
        content=f"Ông Phạm Quang Cảnh nhận tiền của hộ số 7 {office}",
        remaining=f"Đề nghị kê thêm ghế cho người già {office}",
        actor=clerk,
        at=LATER,
    )
    assert Case.objects.count() == 2


def test_an_inspector_splits_the_plain_half_off_a_denunciation(city: City, inspector: User) -> None:
    whole = received(city.ward, Kind.DENUNCIATION, channel=Channel.POST, content=BOTH)
    with pytest.raises(RuleBroken) as refused:
        split_case(case=whole, kind=Kind.PETITION, content="Tôi tố cáo ông ấy.", actor=inspector, at=LATER)
    assert refused.value.field == "content"
    part = split_case(case=whole, kind=Kind.PETITION, content=REST, actor=inspector, at=LATER)
    assert (part.received_at, part.reporter.name, part.reporter.email) == (AT, NAME, "")
    assert not part.links.exists()
    assert whole.links.get().other == part
    assert (part.registered_by, part.events.get().actor) == (None, None), "an inspector's name would tell of it"
    assert not Notice.objects.filter(subject=part.code).exists()
    nameless = split_case(case=whole, kind=Kind.QUESTION, content="Cho hỏi giờ mở cửa?", actor=inspector, at=LATER)
    assert (nameless.is_anonymous, nameless.reporter.phone) == (True, "")


def test_the_reporter_of_a_part_gets_a_link_and_the_clerk_prints_a_slip(
    city: City, client: Client, clerk: User
) -> None:
    case = received(city.ward, at=timezone.now() - timedelta(minutes=5))
    client.force_login(clerk)
    form = {"kind": "question", "content": "Cho hỏi lệ phí sao y một trang?", "seen": "1"}
    page = client.post(f"/can-bo/phan-anh/{case.code}/viec/tach/", form, follow=True).content.decode()
    part = case.links.get().other
    assert part.code in page
    assert f"/phan-anh/{part.code}/mo/" in Notice.objects.get(subject=part.code).context["track_url"]
    slip = client.post(f"/can-bo/phan-anh/{part.code}/phieu-tra-cuu/")
    assert shows_secret(pdf_text(slip.content), part)


def test_a_letter_with_a_photograph_is_sealed_whole_and_comes_out_whole(
    city: City, inspector: User, uploads, clerk: User
) -> None:
    shown = SimpleUploadedFile("giay.jpg", photograph())
    case = receive_with_uploads(
        new=new_case(city.ward, channel=Channel.POST, content=DENOUNCED), uploads=[shown], at=AT, actor=clerk
    )
    stored = case.files.get().stored.storage_name
    with all_or_nothing():
        sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=clerk, at=LATER)
    assert (case.files.count(), case.boxes.filter(what="scan").count()) == (0, 1)
    with all_or_nothing():
        sort_case(case=case, sorting=Sorting(Kind.PETITION, reason="Không tố cáo ai cả."), actor=inspector, at=LATER)
    assert (case.files.count(), case.boxes.count()) == (1, 0)
    assert case.files.get().stored.storage_name != stored


def test_who_denounced_gets_the_codes_of_that_part_from_its_handler_alone(
    city: City, client: Client, inspector: User, clerk: User
) -> None:
    case = received(city.ward, content=BOTH, at=timezone.now() - timedelta(minutes=5))
    reporter = Client()
    reporter.post(f"/phan-anh/{case.code}/", {"ma-tra-cuu": secret_of(case)})
    client.force_login(clerk)
    form = {"kind": "denunciation", "content": DENOUNCED, "remaining": REST, "seen": "1"}
    text = client.post(f"/can-bo/phan-anh/{case.code}/viec/tach/", form, follow=True).content.decode()
    part = Case.objects.get(is_sealed=True)
    slip = f"/can-bo/phan-anh/{part.code}/phieu-tra-cuu/"
    assert client.post(slip).status_code == 404
    client.force_login(inspector)
    assert slip in client.get(f"/can-bo/phan-anh/{part.code}/").content.decode()
    printed = " ".join(pdf_text(client.post(slip).content).split())
    assert all(one in printed for one in (part.code, "không còn dùng được", f"/phan-anh/{part.code}/"))
    assert shows_secret(printed, part)
    assert client.get(slip).status_code == 405
    assert not any(one in printed for one in (NAME, PHONE, case.code, "ố cáo")), "a slip may be found by others"
    assert part.readings.filter(user=inspector, page="phieu-tra-cuu", is_of_secrets=True).count() == 1
    first = reporter.get(f"/phan-anh/{case.code}/").content.decode()
    assert not any(part.code in page or shows_secret(page, part) for page in (text, first))
    assert client.get(f"/can-bo/phan-anh/{case.code}/giay/phieu-tra-cuu.pdf").status_code == 404
    follow = Client().post(f"/phan-anh/{part.code}/", {"ma-tra-cuu": secret_of(part)}, follow=True)
    assert "Tình trạng" in follow.content.decode()


def test_every_plain_page_says_the_same_of_denunciations_split_off_or_not(
    city: City, inspector: User, clerk: User
) -> None:
    shown = "Nội dung tố cáo, nếu có, được tách riêng"
    mixed, plain = received(city.ward, content=BOTH), received(city.ward)
    split(mixed, clerk)
    for one in (mixed, plain):
        page = Client().post(f"/phan-anh/{one.code}/", {"ma-tra-cuu": secret_of(one)}, follow=True)
        assert page.content.decode().count(shown) == 1
