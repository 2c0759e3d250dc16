"""With the clamd of ClamAV itself, which knows the EICAR test file by a signature of our own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from files.antivirus.clamd import ScannerAway, is_ready, scan
from files.faults import Fault, Unfit
from portal.embedded.processes import Program, kill_session, launch
from tests.complaints.intake.mailbox.post_office import attach, letter
from tests.files.antivirus.small_clamd import EICAR
from tests.files.samples import pdf, photograph
from tests.workers import wait_until

pytestmark = pytest.mark.outside
CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
LARGEST = 2_000_000  # bytes


@pytest.fixture
def clamd(tmp_path: Path, settings) -> Iterator[None]:
    if CLAMD is None:
        pytest.skip("clamd is not installed (apt install clamav-daemon)")
    (tmp_path / "signatures").mkdir()
    (tmp_path / "signatures/own.ndb").write_text(f"Own.Eicar:0:*:{EICAR.hex()}\n")
    socket = tmp_path / "clamd.ctl"
    lines = (
        f"Foreground yes\nLocalSocket {socket}\nDatabaseDirectory {tmp_path}/signatures\nStreamMaxLength {LARGEST}\n"
    )
    (tmp_path / "clamd.conf").write_text(lines)
    argv = (CLAMD, "--config-file", str(tmp_path / "clamd.conf"))
    process = launch(Program(name="clamd", argv=argv, log=tmp_path / "clamd.log", env={}, cwd=tmp_path))
    settings.CLAMD_ADDRESS = f"unix://{socket}"
    try:
        wait_until(is_ready)
        yield
    finally:
        kill_session(process)


def test_clamd_finds_the_test_file_in_a_pdf_and_in_a_message_and_nothing_in_honest_files(clamd: None) -> None:
    for honest in (pdf(), photograph(), bytes(letter())):
        scan(honest)
    for infected in (EICAR, pdf() + b"%" + EICAR, bytes(attach(letter(), EICAR, "hoa don.exe"))):
        with pytest.raises(Unfit) as refused:
            scan(infected)
        assert refused.value.fault is Fault.INFECTED
    with pytest.raises(ScannerAway):
        scan(bytes(LARGEST + 1))
