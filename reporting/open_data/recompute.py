#!/usr/bin/env python3
"""Tính lại số liệu đã công bố từ dữ liệu mở. Counts the published figures again from the open data.

    python3 recompute.py [FOLDER] > again.csv && diff so-lieu.csv again.csv

FOLDER has ho-so-da-xong.csv and ho-so-dang-giai-quyet.csv. Needs Python 3.8 or newer and nothing else.
"""

import csv
import sys
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

VERDICTS = ("early", "on_time", "late")


def percent(part: int, whole: int) -> str:
    """One decimal, and as many more as it takes that less than all is not 100 and more than nothing not 0."""
    share, decimals = Decimal(part) / whole * 100, 1
    while share not in (0, 100) and round(share, decimals) in (0, 100):
        decimals += 1
    return str(share.quantize(Decimal(1).scaleb(-decimals if share not in (0, 100) else 0), ROUND_HALF_UP))


def main(folder: Path) -> None:
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for name in ("ho-so-da-xong.csv", "ho-so-dang-giai-quyet.csv"):
        with open(folder / name, encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                for year, what in (
                    (row["received"][:4], "received"),
                    (row.get("finished", "")[:4], row.get("verdict", "")),
                ):
                    for period in ("all", year) if year and what else ():
                        counts.update([(period, "", "", what), (period, row["level"], "", what)])
                if row.get("verdict"):
                    unit, what = row["unit"] or "other", row["verdict"]
                    counts["all", "", unit, what] += 1
                    if row["period"] == "recent":
                        counts.update([("recent", "", "", what), ("recent", "", unit, what)])
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["period", "level", "unit", "received", "resolved", *VERDICTS, "percent"])
    for period, level, unit in sorted({place[:3] for place in counts}):
        early, on_time, late = (counts[period, level, unit, verdict] for verdict in VERDICTS)
        received = "" if unit or period == "recent" else counts[period, level, unit, "received"]
        resolved = early + on_time + late
        share = percent(early + on_time, resolved) if resolved else ""
        table.writerow([period, level, unit, received, resolved, early, on_time, late, share])


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
