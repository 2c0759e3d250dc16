"""What was sent waits for a worker, is read by nobody until then, and never by anybody where it is unfit."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.http import Http404
from PIL import Image

from files.models import StoredFile
from files.storage.actions import accept_uploads, store_accepted
from files.storage.cleaning_queue import MOST_ATTEMPTS, clean_next
from files.storage.serving import answer_with
from tests.factories import hanoi, make_units, make_user
from tests.files import samples
from units.rules import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]

AT = hanoi(2026, 3, 2)


def sent(data: bytes, name: str = "anh chup.jpg", actor=None) -> StoredFile:
    (accepted,) = accept_uploads(uploads=[SimpleUploadedFile(name, data)], sender=actor)
    return store_accepted(accepted=accepted, actor=actor, at=AT)


def on_disk(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def test_it_is_served_once_a_worker_has_cleaned_it_and_its_first_bytes_are_gone(
    uploads, django_capture_on_commit_callbacks
):
    stored = sent(samples.photograph())
    assert (stored.state, stored.hindrance) == ("checking", "đang kiểm tra, một lát nữa mới mở được")
    with pytest.raises(Http404):
        answer_with(stored)
    with django_capture_on_commit_callbacks(execute=True):
        assert clean_next()
    assert not clean_next()
    before = StoredFile.objects.get()
    (path,) = on_disk(uploads)
    assert (before.state, before.hindrance, before.pages, before.pixels) == ("clean", "", 1, 1200)
    assert (str(path.relative_to(uploads)), path.stat().st_size) == (before.storage_name, before.size)
    assert (before.sent_sha256, before.sha256 != before.sent_sha256) == (stored.sha256, True)
    assert b"Hang dien thoai" not in answer_with(before).content
    with pytest.raises(Error, match="never changes"), transaction.atomic():
        StoredFile.objects.update(name="khac.jpg")


def test_what_proves_to_be_broken_says_so_in_its_place_and_has_no_bytes(uploads, django_capture_on_commit_callbacks):
    sent(samples.picture(size=(400, 300))[:-500])
    with django_capture_on_commit_callbacks(execute=True):
        assert clean_next()
    stored = StoredFile.objects.get()
    assert (stored.state, stored.fault, on_disk(uploads)) == ("unfit", "broken", [])
    assert stored.hindrance.startswith("không mở được nên đã bỏ: tệp hỏng")
    with pytest.raises(Http404):
        answer_with(stored)


def test_a_file_that_ended_the_worker_three_times_is_not_opened_again():
    stored = sent(samples.photograph())
    StoredFile.objects.filter(pk=stored.pk).update(attempts=MOST_ATTEMPTS)
    assert clean_next()
    stored.refresh_from_db()
    assert (stored.state, stored.fault) == ("unfit", "too_hard")


def test_what_staff_send_is_cleaned_before_what_strangers_send():
    clerk = make_user("clerk", make_units().ward_desk)
    stranger, staff = sent(samples.picture()), sent(samples.pdf(), "don.pdf", actor=clerk)
    assert clean_next()
    states = dict(StoredFile.objects.values_list("pk", "state"))
    assert states == {stranger.pk: "checking", staff.pk: "clean"}


def test_heads_are_counted_together_before_anything_is_kept():
    clerk = make_user("clerk", make_units().ward_desk)
    uploads = [SimpleUploadedFile(f"{n}.png", samples.picture_bomb(7_000)) for n in range(3)]
    with pytest.raises(RuleBroken, match=r"“2\.png”: cùng các ảnh trước đó vượt quá 120 triệu") as refused:
        accept_uploads(uploads=uploads, sender=None)
    assert refused.value.field == "uploads"
    assert len(accept_uploads(uploads=uploads, sender=clerk)) == 3


@pytest.mark.parametrize("size", [(4000, 3000), (8160, 6120)])
def test_a_telephones_photograph_of_twelve_or_fifty_megapixels_is_taken(size):
    made = BytesIO()
    Image.new("L", size).save(made, "JPEG", quality=50)
    sent(made.getvalue())
