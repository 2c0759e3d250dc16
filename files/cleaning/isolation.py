"""Runs the cleaning in a subprocess, since the decoders are written in C and the files come from strangers.

A file that crashes a decoder or unfolds to gigabytes ends that subprocess and nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from files.faults import Fault, Unfit
from files.kinds import SCANS, Clean, Kind
from files.limits import MOST_SECONDS

ROOT: Final = Path(__file__).resolve().parents[2]
SLACK: Final = 4  # wall clock ÷ processor time, on a busy machine


def clean_in_subprocess(data: bytes, claimed: str, taken: Sequence[Kind] = SCANS) -> Clean:
    """As `files.cleaning.worker.clean`; a file that exceeds a limit of the subprocess is unfit too."""
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "files.cleaning.worker", claimed, *taken],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={},
            timeout=MOST_SECONDS * SLACK,
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise Unfit(Fault.TOO_HARD) from slow
    if done.returncode:
        raise Unfit(Fault.TOO_HARD)
    return _read(done.stdout)


def _read(answer: bytes) -> Clean:
    head, _line, data = answer.partition(b"\n")
    header = json.loads(head)
    if "fault" in header:
        raise Unfit(Fault(header["fault"]), **header["facts"])
    return Clean(Kind(header["kind"]), data, header["pages"], header["pixels"])
