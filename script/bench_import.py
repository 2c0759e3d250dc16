"""Loading an old register against a bare COPY of the very rows it makes.

    .venv/bin/python script/bench_import.py 100000 [--broken 0.03]

One run measures both on the same durable server: every batch of the load is stored by a binary COPY of rows that are
ready in memory, into tables with all their indexes and triggers, references checked. That time alone is the bare COPY;
the load is all of it: reading, checking, looking up, telling the events, COPY and commit. `--broken` is the share of
rows that cannot be loaded. The register is made up.
"""

import argparse
import csv
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench_engines import catalogue_ready, engines_running

TITLES = ("Mã", "Thủ tục", "Tên", "Căn cước", "Điện thoại", "Địa chỉ", "Nhận", "Hẹn", "Xong", "Trả")
FIELDS = ("code", "procedure", "name", "id_number", "phone", "address", "received", "due", "finished", "returned")
FIRST = date(2012, 1, 2)
DAYS = 3650


def main(count: int, broken: float) -> None:
    with engines_running():
        catalogue_ready()
        measure(count, broken)


def measure(count: int, broken: float) -> None:
    from django.utils import timezone

    from dossiers.register_import.loading import load_register
    from dossiers.register_import.mapping import mapping_of
    from procedures.models import Offering
    from units.models import Unit

    desk = Unit.objects.desks().exclude(parent__is_tenant=True).select_related("kind", "parent").order_by("order")[0]
    names = list(Offering.objects.filter(unit=desk.parent).values_list("procedure__ref", flat=True)[:40])
    mapping, now = mapping_of({"columns": dict(zip(FIELDS, TITLES, strict=True))}), timezone.now()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        write(path, names, count, broken)
        size = path.stat().st_size
        highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with copy_timed() as spent:
            began = time.perf_counter()
            counts, _report = load_register(path, desk=desk, mapping=mapping, at=now, report=Path(folder) / "out.csv")
            took = time.perf_counter() - began
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - highest
    loaded, bare = counts.loaded / took, counts.loaded / sum(spent)
    print(f"{counts.rows:,} rows ({size / 1e6:.0f} MB): {counts.loaded:,} loaded, {counts.rejected:,} rejected")
    print(f"loaded {loaded:,.0f}/s, bare COPY {bare:,.0f}/s, ratio {loaded / bare:.2f} (budget 0.4)")
    print(f"memory while loading: {grown / 1024:+.0f} MB over its highest before")


def write(path: Path, names: list[str], count: int, broken: float) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(TITLES)
        writer.writerows(made_up(names, count, broken))


def made_up(names: list[str], count: int, broken: float) -> Iterator[tuple[str, ...]]:
    """One in a hundred is still open; a broken one has a day that never was."""
    rng = Random(7)
    for number in range(count):
        received = FIRST + timedelta(days=number * DAYS // count)
        due = received + timedelta(days=rng.randrange(3, 20))
        finished = received + timedelta(days=rng.randrange(1, 22))
        is_open = rng.random() < 0.01
        yield (
            f"H26.99.01-{received:%y%m%d}-{number % 1_000_000:06d}",
            rng.choice(names),
            f"Người Thử {rng.choice('ABCDEGHKLMNPQRSTVXY')} {number % 5000}",
            f"001{rng.randrange(10**9):09d}",
            f"09{rng.randrange(10**8):08d}",
            f"Số {rng.randrange(1, 300)}, phố Thử",
            "31/02/2015" if rng.random() < broken else f"{received:%d/%m/%Y}",
            f"{due:%d/%m/%Y}",
            "" if is_open else f"{finished:%d/%m/%Y}",
            "" if is_open else f"{finished + timedelta(days=1):%d/%m/%Y}",
        )


@contextmanager
def copy_timed() -> Iterator[list[float]]:
    """Seconds that each batch's COPY takes, with the checks a commit would make."""
    from django.db import connection

    from dossiers.register_import import rows

    copy, spent = rows.copy_batch, []

    def timed(batch: Any) -> None:
        began = time.perf_counter()
        copy(batch)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        spent.append(time.perf_counter() - began)

    rows.copy_batch = timed
    try:
        yield spent
    finally:
        rows.copy_batch = copy


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--broken", type=float, default=0)
    given = parser.parse_args()
    main(given.count, given.broken)
