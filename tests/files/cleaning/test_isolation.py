"""A decoder that was taken over finds no secret: its environment is empty, and it opens nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from files.cleaning.isolation import clean_in_subprocess
from files.kinds import FORMS, SCANS, Kind
from tests.files import samples
from tests.workers import ROOT

TRY = """
import socket, sys
from files.cleaning.worker import limit_this_process
limit_this_process()
for attempt in (lambda: open(sys.argv[1]), lambda: open("/etc/hostname"), socket.socket):
    try:
        attempt()
    except OSError as error:
        print(error.errno)
"""
EMFILE = "24"


def test_it_can_open_neither_its_parents_environment_nor_a_file_nor_a_connection():
    done = subprocess.run(
        [sys.executable, "-c", TRY, f"/proc/{os.getpid()}/environ"], cwd=ROOT, env={}, capture_output=True, text=True
    )
    assert done.stdout.split() == [EMFILE] * 3, done.stderr


@pytest.mark.parametrize(
    ("made", "name", "kind"),
    [
        (samples.photograph, "jpg", Kind.JPEG),
        (lambda: samples.picture("PNG"), "png", Kind.PNG),
        (lambda: samples.book_of_pages(2), "tiff", Kind.TIFF),
        (lambda: samples.picture("TIFF", compression="tiff_lzw"), "tif", Kind.TIFF),
        (samples.pdf_that_acts, "pdf", Kind.PDF),
        (samples.signed_pdf, "pdf", Kind.PDF),
        (samples.word, "docx", Kind.DOCX),
    ],
)
def test_each_kind_of_file_is_cleaned_without_opening_another(made: Callable[[], bytes], name: str, kind: Kind):
    assert clean_in_subprocess(made(), name, FORMS if kind is Kind.DOCX else SCANS).kind is kind
