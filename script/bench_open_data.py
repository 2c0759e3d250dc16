"""Making and serving the open data: seconds, and the most memory the process that does it ever held.

    .venv/bin/python script/bench_open_data.py [dossiers]

The register of bench_queue is filled to so many dossiers (100,000), nearly all of them closed. Making runs here;
serving asks the whole WSGI application in a process of its own for the largest file, plain and in ranges.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from bench_engines import catalogue_ready, engines_running
from bench_queue import CLOSED_KINDS, OPEN_AT_DESK, OPEN_ELSEWHERE, grow, plant

SERVE = "--serve"


def main(dossiers: int) -> None:
    os.environ["LOG_LEVEL"] = "WARNING"
    with engines_running():
        from django.utils import timezone

        from reporting.definitions.periods import Month
        from reporting.open_data.making import make_edition
        from reporting.rollup.actions import recount_everything

        catalogue_ready()
        first_closed = plant()
        grow(OPEN_AT_DESK + OPEN_ELSEWHERE + CLOSED_KINDS + 1, dossiers, first_closed)
        recount_everything()
        before, began = peak(), time.perf_counter()
        edition = make_edition(Month.of(timezone.now()).plus(-1), at=timezone.now())
        assert edition is not None
        print(f"{dossiers:,} dossiers; rows {edition.rows}")
        print(f"  made in {time.perf_counter() - began:.1f} s; peak {peak():.0f} MB, {before:.0f} MB before")
        largest = max(edition.files, key=lambda file: file.size)
        print(f"  all files {sum(file.size for file in edition.files) / 1e6:.0f} MB", end=", ")
        print(f"compressed {sum(file.packed for file in edition.files) / 1e6:.1f} MB", flush=True)
        address = f"/so-lieu/du-lieu/{edition.name}/{largest.name}"
        subprocess.run([sys.executable, __file__, SERVE, address, str(largest.size)], check=True)


def serve(address: str, size: int) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import django

    django.setup()
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.get("/healthz")
    before, began = peak(), time.perf_counter()
    sent = sum(len(block) for block in client.get(address))
    took = time.perf_counter() - began
    assert sent == size
    print(f"  served {size / 1e6:.0f} MB in {took:.2f} s; peak {peak():.0f} MB, {before:.0f} MB before")
    began = time.perf_counter()
    for start in range(0, size, 1_000_000):
        answer = client.get(address, headers={"Range": f"bytes={start}-{start + 999_999}"})
        sent -= sum(len(block) for block in answer)
    assert sent == 0
    print(f"  and in ranges of 1 MB in {time.perf_counter() - began:.2f} s; peak {peak():.0f} MB")


def peak() -> float:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if SERVE in sys.argv:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
