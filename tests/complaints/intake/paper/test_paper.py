"""CasePaper: boxes opened by two, letters with their scans, and what is sealed leaving no plain byte behind."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complaints.clock.states import Kind
from complaints.intake.paper.actions import open_box
from complaints.models import BoxOpening, Case, CaseFile, CaseReading, CaseText, Letter, SealedBox, SuggestionBox
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.acceptance.splitting import split_case
from complaints.registration.files import add_files, receive_with_uploads
from complaints.sealed.opening import open_boxes
from complaints.tasks import clean_uploads
from files.models import StoredFile
from files.storage.actions import store
from tests.complaints.cases import AT, CONTENT, NAME, make_inspector, new_case, received
from tests.complaints.sealed.test_sealed import whole_database
from tests.factories import City, make_user
from tests.files.samples import picture
from units.rules import RuleBroken

PAGE = "/can-bo/don-giay/"
SECRET = "Ông phó ban nhận phong bì của nhà thầu xây chợ."
LATER = AT + timedelta(days=1)


def scan(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("don.png", data or picture("PNG"))


@pytest.fixture
def opening(city: City, clerk: User) -> BoxOpening:
    box = SuggestionBox.objects.create(unit=city.ward, place="Cổng trụ sở")
    second, at = make_user("specialist", city.ward), timezone.now()
    yesterday = timezone.localdate() - timedelta(days=1)
    return open_box(box=box, opened_on=yesterday, letters=3, second_opener=second, actor=clerk, at=at)


def letter(**more: Any) -> dict[str, Any]:
    form = {"request_key": str(uuid4()), "channel": "counter", "category": "quy-dinh", "people": "1"}
    return form | {"content": CONTENT, "name": NAME} | more


def plain_bytes_on_disk(needle: bytes, *places: Path) -> list[Path]:
    files = [one for place in places if place.exists() for one in place.rglob("*") if one.is_file()]
    return [one for one in files if needle in one.read_bytes()]


def test_a_box_is_opened_by_two_different_people(city: City, opening: BoxOpening) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        BoxOpening.objects.filter(pk=opening.pk).update(second_opener=opening.first_opener)
    with pytest.raises(RuleBroken) as refused:
        open_box(
            box=opening.box,
            opened_on=date(2026, 7, 1),
            letters=1,
            second_opener=opening.first_opener,
            actor=opening.first_opener,
            at=AT,
        )
    assert refused.value.field == "second_opener"


def test_the_page_of_openings_records_who_opened(city: City, client: Client, clerk: User) -> None:
    box, second = SuggestionBox.objects.create(unit=city.ward, place="Sảnh"), make_user("leader", city.ward)
    today = timezone.localdate().strftime("%d/%m/%Y")
    form = {"box": box.pk, "opened_on": today, "second_opener": second.pk, "letters": "2"}
    assert client.post(f"{PAGE}mo-hom/", form).status_code == 302
    assert client.post(f"{PAGE}mo-hom/", form).status_code == 422
    assert client.post(f"{PAGE}mo-hom/", form | {"second_opener": clerk.pk}).status_code == 422
    made = BoxOpening.objects.get()
    assert (made.first_opener, made.second_opener, made.letters) == (clerk, second, 2)


def test_a_letter_out_of_a_box_counts_from_the_day_it_was_opened(
    client: Client, opening: BoxOpening, uploads: Path
) -> None:
    form = letter(channel="box", opening=opening.pk, uploads=[scan(), scan()])
    answer = client.post(PAGE, form).content.decode()
    case = Case.objects.get()
    assert case.code in answer
    assert (case.channel, case.letter.opening, case.unit) == ("box", opening, opening.box.unit)
    assert timezone.localdate(case.received_at) == opening.opened_on
    assert case.files.count() == 1, "the same scan chosen twice is one"
    assert client.post(PAGE, letter(channel="box")).status_code == 422


def test_a_plain_scan_opens_for_whoever_sees_the_case_and_that_is_recorded(
    city: City, client: Client, clerk: User, uploads: Path
) -> None:
    client.post(PAGE, letter(uploads=[scan()]))
    clean_uploads()
    case, stored = Case.objects.get(), CaseFile.objects.get()
    address = f"/can-bo/phan-anh/{case.code}/tep/{stored.pk}/"
    answer = client.get(address)
    assert answer.getvalue().startswith(b"\x89PNG")
    assert CaseReading.objects.filter(case=case, user=clerk, page=f"file {stored.pk}").exists()
    client.force_login(make_user("clerk", city.other_ward))
    assert client.get(address).status_code == 404


def test_a_denunciation_on_paper_leaves_no_plain_byte_on_disk_or_in_the_database(
    city: City, client: Client, clerk: User, opening: BoxOpening, uploads: Path, tmp_path: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    inspector = make_inspector(city.district)
    form = letter(channel="box", opening=opening.pk, category="vi-pham", content=SECRET, uploads=[scan()])
    assert client.post(PAGE, form).status_code == 200
    case, box = Case.objects.get(), SealedBox.objects.get(what="scan")
    assert (case.kind, case.is_sealed) == (Kind.DENUNCIATION, True)
    address = f"/can-bo/phan-anh/{case.code}/ban-quet/{box.pk}/"
    assert client.get(address).status_code == 404
    client.force_login(inspector)
    clean_uploads()
    shown = client.get(address)
    assert shown.content.startswith(b"\x89PNG")
    assert "no-store" in shown.headers["Cache-Control"]
    assert CaseReading.objects.filter(case=case, user=inspector, page="scan", is_of_secrets=True).exists()
    needles = (picture("PNG")[-60:], shown.content[-60:])  # as it was sent, and as it was cleaned
    assert [plain_bytes_on_disk(one, uploads, tmp_path) for one in needles] == [[], []]
    stored = whole_database()
    assert [one for one in (SECRET, NAME, *(one.hex() for one in needles)) if one in stored] == []
    assert not StoredFile.objects.exists()
    assert not Letter.objects.exists(), "a box and a day point at a person"


def test_a_sealed_scan_is_taken_out_of_nothing_and_by_nobody_else(city: City, uploads: Path) -> None:
    inspector, other = make_inspector(city.district), make_inspector(city.other_ward)
    case = receive_with_uploads(new=new_case(city.ward, Kind.DENUNCIATION, channel="post"), uploads=[scan()], at=AT)
    assert add_files(case=case, uploads=[scan(picture("PNG", (50, 40)))], is_evidence=False, actor=inspector, at=LATER)
    assert len(open_boxes(case=case, reader=inspector, page="case", at=LATER).scans) == 2
    assert not Case.objects.visible_to(other).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(case=case, opening=_some_opening(city))


def _some_opening(city: City) -> BoxOpening:
    box = SuggestionBox.objects.create(unit=city.ward, place="Cổng")
    people = [make_user("clerk", city.ward) for _ in range(2)]
    return open_box(box=box, opened_on=date(2026, 7, 1), letters=1, second_opener=people[1], actor=people[0], at=AT)


def test_a_letter_that_proves_to_denounce_forgets_its_box(city: City) -> None:
    make_inspector(city.district)
    case = receive_with_uploads(new=new_case(city.ward, channel="box"), uploads=[], at=AT, opening=_some_opening(city))
    assert Letter.objects.filter(case=case).exists()
    sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=None, at=LATER)
    assert not Letter.objects.exists()


def test_splitting_off_a_denunciation_moves_the_letter_and_its_scans_to_the_sealed_side(
    city: City, uploads: Path, django_capture_on_commit_callbacks
) -> None:
    inspector, clerk = make_inspector(city.district), make_user("clerk", city.ward)
    whole = f"{CONTENT} {SECRET}"
    case = receive_with_uploads(
        new=new_case(city.ward, channel="counter", content=whole, subject=SECRET), uploads=[scan()], at=AT
    )
    with store().open(StoredFile.objects.get().storage_name) as stored:
        plain = stored.read()[-60:]
    with pytest.raises(RuleBroken) as refused:
        split_case(case=case, kind=Kind.DENUNCIATION, content=SECRET, actor=clerk, at=LATER)
    assert refused.value.field == "remaining"
    with pytest.raises(RuleBroken, match="vẫn nhắc đến"):
        split_case(case=case, kind=Kind.DENUNCIATION, content=SECRET, remaining=whole, actor=clerk, at=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        part = split_case(case=case, kind=Kind.DENUNCIATION, content=SECRET, remaining=CONTENT, actor=clerk, at=LATER)
    assert list(CaseText.objects.values_list("case", "sort", "text")) == [(case.pk, "content", CONTENT)]
    assert (CaseFile.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert plain_bytes_on_disk(plain, uploads) == []
    before = whole_database()
    assert [one for one in (SECRET, plain.hex()) if one in before] == []
    shown = open_boxes(case=part, reader=inspector, page="case", at=LATER)
    assert {word.text for word in shown.words} == {SECRET, whole}
    assert len(shown.scans) == 1


def test_another_kind_is_split_off_without_rewriting_the_letter(city: City) -> None:
    case = received(city.ward, Kind.GRIEVANCE, channel="counter")
    actor = make_user("clerk", city.ward)
    part = split_case(case=case, kind=Kind.QUESTION, content="Hỏi về giấy tờ cần nộp.", actor=actor, at=LATER)
    assert CaseText.objects.get(case=case).text == CONTENT
    assert part.links.get().other == case


def test_a_file_that_is_none_comes_back_with_everything_typed(client: Client, clerk: User, uploads: Path) -> None:
    answer = client.post(PAGE, letter(uploads=[SimpleUploadedFile("don.pdf", b"MZ not a pdf")]))
    assert answer.status_code == 422
    assert CONTENT in answer.content.decode()
    assert not Case.objects.exists()


def test_handlers_are_named_and_ended_as_acts_of_the_case(city: City, client: Client) -> None:
    first, second = make_inspector(city.district), make_inspector(city.other_ward)
    case = received(city.ward, Kind.DENUNCIATION, at=timezone.now() - timedelta(minutes=5), channel="post")
    page = f"/can-bo/phan-anh/{case.code}/"
    client.force_login(first)
    client.post(f"{page}viec/chi-dinh/", {"user": second.pk, "seen": "1"})
    listed = client.get(f"{page}nguoi-duoc-giao/").content.decode()
    assert str(second) in listed
    client.post(f"{page}viec/thoi-chi-dinh/", {"user": first.pk, "seen": "2"})
    assert client.get(f"{page}nguoi-duoc-giao/").status_code == 404
    acts = case.events.values_list("kind", "actor", "data__person")
    assert list(acts)[1:] == [("handler_named", first.pk, second.pk), ("handler_ended", first.pk, first.pk)]


def test_a_grievance_on_paper_says_when_the_act_was_and_that_is_not_after_the_letter(
    city: City, client: Client, clerk: User
) -> None:
    form = letter(category="quyet-dinh-hanh-chinh", received_on="06/07/2026", acted_on="07/07/2026")
    refused = client.post("/can-bo/don-giay/", form)
    assert (refused.status_code, Case.objects.exists()) == (422, False)
    assert "không thể sau ngày nhận đơn" in refused.content.decode()
    client.post("/can-bo/don-giay/", form | {"acted_on": "01/07/2026"})
    assert Case.objects.get().acted_on == date(2026, 7, 1)
    client.post("/can-bo/don-giay/", letter(acted_on="01/07/2026"))
    assert Case.objects.get(kind="petition").acted_on is None
