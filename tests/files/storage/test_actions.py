"""Files on disk and their rows: together, or not at all."""

import os
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.utils import timezone
from PIL import Image

from files.cleaning.isolation import clean_in_subprocess
from files.faults import Fault, Unfit
from files.models import StoredFile
from files.storage.actions import all_or_nothing, forget_orphans, store, store_file
from tests.factories import hanoi
from tests.files import samples
from units.rules import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]

AT = hanoi(2026, 3, 2)


def keep(data: bytes | None = None, name: str = "anh chup.jpg") -> StoredFile:
    sent = SimpleUploadedFile(name, samples.photograph() if data is None else data)
    return store_file(upload=sent, name=name, actor=None, at=AT)


def on_disk(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def test_what_is_kept_is_the_cleaned_file_under_a_name_nobody_guesses(uploads):
    stored = keep()
    (path,) = on_disk(uploads)
    assert str(path.relative_to(uploads)) == stored.storage_name
    assert re.fullmatch(f"{stored.sha256[:2]}/{stored.sha256[2:4]}/[0-9a-f]{{32}}", stored.storage_name)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert (stored.kind, stored.name, stored.size, stored.pixels) == (
        "jpeg",
        "anh chup.jpg",
        path.stat().st_size,
        1200,
    )
    assert Image.open(BytesIO(path.read_bytes())).size == (30, 40)


def test_what_is_not_fit_leaves_nothing_behind_and_says_which_file_it_was(uploads, settings):
    with pytest.raises(RuleBroken, match=r"“ma\.pdf”: đây là chương trình") as refused:
        keep(b"MZ" + samples.pdf(), "ma.pdf")
    assert refused.value.field == "uploads"
    settings.MAX_UPLOAD_MB = 1
    with pytest.raises(RuleBroken, match="lớn quá 1 MB"):
        keep(samples.picture() + bytes(1_000_000))
    assert not on_disk(uploads)
    assert not StoredFile.objects.exists()


def test_bytes_go_with_the_transaction_they_were_kept_in(uploads):
    def keep_two_and_fail() -> None:
        with all_or_nothing():
            keep()
            with all_or_nothing():
                keep(samples.pdf(), "don.pdf")
            assert len(on_disk(uploads)) == 2
            raise RuleBroken("Việc sau đó không làm được.")

    with pytest.raises(RuleBroken, match="Việc sau đó"):
        keep_two_and_fail()
    assert not on_disk(uploads)
    assert not StoredFile.objects.exists()


def test_bytes_without_a_row_go_after_a_day_and_no_others(uploads):
    now = timezone.now()
    stored = keep()
    old, fresh = (store().save(f"ab/cd/{letter * 32}", ContentFile(b"x")) for letter in "ef")
    for name, age in ((stored.storage_name, 2), (old, 2), (fresh, 0)):
        moment = (now - timedelta(days=age)).timestamp()
        os.utime(uploads / name, (moment, moment))
    assert [forget_orphans(at=now), forget_orphans(at=now)] == [1, 0]
    assert {str(path.relative_to(uploads)) for path in on_disk(uploads)} == {stored.storage_name, fresh}


def test_an_empty_store_has_no_orphans():
    assert forget_orphans(at=timezone.now()) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "x" * 64},
        {"sha256": "ab"},
        {"storage_name": "../../etc/passwd"},
        {"size": 0},
        {"pages": 0},
        {"name": ""},
        {"pixels": None},
        {"kind": "pdf"},
        {"kind": "exe"},
    ],
)
def test_the_database_refuses_a_row_that_says_nonsense(change):
    whole = {"storage_name": f"ab/cd/{'0' * 32}", "sha256": "ab" * 32, "kind": "jpeg", "size": 1, "pages": 1}
    whole |= {"pixels": 1, "name": "a.jpg", "uploaded_at": AT}
    StoredFile.objects.create(**whole)
    with pytest.raises(Error, match="file_"), transaction.atomic():
        StoredFile.objects.create(**whole | {"storage_name": f"ab/cd/{'1' * 32}"} | change)


def test_a_kept_file_never_changes():
    stored_pdf = keep(samples.pdf(), "don.pdf")
    with pytest.raises(Error, match="never changes"), transaction.atomic():
        StoredFile.objects.filter(pk=stored_pdf.pk).update(name="khac.pdf")


def test_a_file_that_unfolds_to_gigabytes_ends_only_the_process_that_opened_it():
    assert clean_in_subprocess(samples.pdf_bomb(1), "pdf").pages == 1
    with pytest.raises(Unfit) as refused:
        clean_in_subprocess(samples.pdf_bomb(1_100), "pdf")
    assert refused.value.fault in {Fault.BROKEN, Fault.TOO_HARD, Fault.NO_PAGES}


def test_the_process_that_opens_files_is_told_nothing_of_ours(tmp_path):
    assert connection.settings_dict["NAME"]
    made = clean_in_subprocess(samples.picture("PNG"), "png")
    assert (made.kind, made.pages, made.pixels) == ("png", 1, 1200)
