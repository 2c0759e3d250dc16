"""Nothing is handed on that the antivirus recognises, nor anything that it has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from complaints.tasks import clean_uploads
from files.antivirus.clamd import CHUNK, is_ready, scan
from files.faults import Fault, Unfit
from files.models import StoredFile
from files.storage.actions import accept_uploads, open_upload, store_accepted
from files.storage.cleaning_queue import MOST_ATTEMPTS
from files.storage.serving import answer_with
from tests.factories import hanoi
from tests.files.antivirus.small_clamd import EICAR, SmallClamd, small_clamd
from tests.files.samples import pdf
from units.rules import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
AT = hanoi(2026, 3, 2)
INFECTED = pdf() + b"%" + EICAR + b"\n%%EOF\n"
NOBODY = "tcp://127.0.0.1:1"


@pytest.fixture
def clamd(settings) -> Iterator[SmallClamd]:
    with small_clamd() as clamd:
        settings.CLAMD_ADDRESS = clamd.address
        yield clamd


def sent(data: bytes) -> StoredFile:
    (accepted,) = accept_uploads(uploads=[SimpleUploadedFile("don.pdf", data)], sender=None)
    return store_accepted(accepted=accepted, actor=None, at=AT)


def states() -> list[tuple[str, str, int]]:
    return list(StoredFile.objects.order_by("pk").values_list("state", "fault", "attempts"))


def test_an_infected_upload_is_never_readable_and_loses_its_bytes(
    clamd, uploads: Path, django_capture_on_commit_callbacks
):
    honest = pdf()
    infected, good = sent(INFECTED), sent(honest)
    with django_capture_on_commit_callbacks(execute=True):
        clean_uploads()
    assert states() == [("unfit", "infected", 1), ("clean", "", 1)]
    assert clamd.scanned == [INFECTED, honest]
    infected.refresh_from_db()
    assert infected.hindrance.startswith("không mở được nên đã bỏ: phần mềm diệt vi-rút nhận ra mã độc")
    with pytest.raises(Http404):
        answer_with(infected)
    good.refresh_from_db()
    assert [path.name for path in uploads.rglob("*") if path.is_file()] == [good.storage_name[-32:]]


def test_while_the_antivirus_is_away_files_wait_without_having_been_tried(clamd, settings):
    settings.CLAMD_ADDRESS = NOBODY
    sent(pdf())
    clean_uploads()
    assert states() == [("checking", "", 0)]
    settings.CLAMD_ADDRESS = clamd.address
    clean_uploads()
    assert states() == [("clean", "", 1)]


def test_a_file_at_which_the_antivirus_breaks_down_is_given_up_after_three_times(clamd):
    clamd.breaks = True
    sent(pdf())
    for attempt in range(1, MOST_ATTEMPTS + 1):
        clean_uploads()
        assert states() == [("checking", "", attempt)]
    clean_uploads()
    assert states() == [("unfit", "too_hard", MOST_ATTEMPTS + 1)]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("", "“mau.pdf”: phần mềm diệt vi-rút nhận ra"), (NOBODY, "“mau.pdf”: lúc này chưa kiểm tra vi-rút được")],
)
def test_an_editors_form_is_refused_at_once_where_it_is_infected_or_could_not_be_scanned(
    clamd, settings, address: str, sentence: str
):
    settings.CLAMD_ADDRESS = address or clamd.address
    with pytest.raises(RuleBroken, match=sentence) as refused:
        open_upload(upload=SimpleUploadedFile("mau.pdf", INFECTED), name="mau.pdf")
    assert refused.value.field == "uploads"


def test_files_of_many_chunks_arrive_whole_also_by_a_unix_socket(settings, tmp_path: Path):
    data = bytes(range(256)) * (CHUNK // 100)
    with small_clamd(tmp_path / "clamd.ctl") as clamd:
        settings.CLAMD_ADDRESS = clamd.address
        assert is_ready()
        scan(data)
        assert clamd.scanned == [data]
        with pytest.raises(Unfit) as refused:
            scan(data + EICAR)
    assert refused.value.fault is Fault.INFECTED


def test_without_an_antivirus_nothing_waits_for_one(settings):
    settings.CLAMD_ADDRESS = ""
    sent(INFECTED)
    clean_uploads()
    assert [state for state, _fault, _attempts in states()] == ["clean"]
