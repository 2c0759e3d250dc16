"""Slips per second: one by one, two hundred in one file, and the register of a desk as pages and as a workbook.

    script/bench slips

No server is asked: slips are made of data alone. Every form is timed by itself, after a first one that reads the
fonts, and no slip is made twice: a page once set would be remembered.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from no_engines import django_without_engines

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

BATCH = 200
ROUNDS = 30
BOOK_ROWS = 1000
SERIAL = count(1)


def main() -> None:
    with django_without_engines():
        singles()
        batch()
        book()


def singles() -> None:
    from dossiers.slips.pdf import slip_pdf
    from tests.dossiers.slips.slip_samples import SAMPLES

    for form, sample in SAMPLES.items():
        slip_pdf(form, sample())
        took = [seconds(lambda form=form, data=data: slip_pdf(form, data)) for data in others(sample(), ROUNDS)]
        middle, worst = statistics.median(took), max(took)
        rate = f"{1 / middle:4.0f} slips/s, {middle * 1000:5.1f} ms, worst {worst * 1000:5.1f} ms"
        print(f"{form.value:10} {rate} (budget 100 ms)")


def batch() -> None:
    from dossiers.slips.pdf import Form, batch_pdf
    from tests.dossiers.slips.slip_samples import receipt

    slips = [(Form.RECEIPT, data) for data in others(receipt(), BATCH)]
    worked = time.process_time()
    took = seconds(lambda: batch_pdf(slips))
    worked = time.process_time() - worked
    rate = f"{took:.2f} s, {BATCH / took:.0f} slips/s, {worked:.2f} s of processor"
    print(f"{BATCH} receipts in one file: {rate} (budget 5 s)")


def others(data: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    """The same slip for other people with other codes, on addresses of their own."""
    for _ in range(number):
        serial = next(SERIAL)
        code = f"000.00.12.H26-260302-{serial:04d}"
        changed = {"applicant": f"Nguyễn Thị Phượng {serial}", "address": f"Số {serial}, phố Bạch Đằng", "code": code}
        changed["look_up_address"] = f"https://motcua.example/tra-cuu/{code}/"
        if "rows" in data:
            changed = {"rows": [row | {"code": f"{code[:-1]}{n}"} for n, row in enumerate(data["rows"])]}
        yield data | changed


def book() -> None:
    from dataclasses import replace

    from dossiers.book.files import book_pdf, book_xlsx
    from tests.dossiers.slips.slip_samples import BOOK, BOOK_ROW

    rows = [replace(BOOK_ROW, number=number) for number in range(1, BOOK_ROWS + 1)]
    for name, make in (("pages", book_pdf), ("workbook", book_xlsx)):
        took = seconds(lambda make=make: make(BOOK, rows))
        print(f"register of {BOOK_ROWS} dossiers as {name}: {took:.2f} s")


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
