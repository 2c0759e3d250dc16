"""How long a catalogue search takes, in milliseconds, over the catalogue as it is and over 6,000 procedures.

    script/bench search

Times are of `procedures.search.find` with everything it asks the database, after one search has made the index.
"""

import statistics
import time
from datetime import date

from bench_engines import catalogue_ready, engines_running

ON = date(2026, 11, 23)
GOAL = 6000
ROUNDS = 20
QUERIES = [
    *("khai sinh", "dang ky ket hon", "khia sinhh", "xay duwng", "hkd", "sổ đỏ", "mở quán ăn", "cap giay", "kh", ""),
    *("chứng thực bản sao", "ho kinh doanh", "quyết định", "dang ky", "tro cap xa hoi hang thang", "zzzz qqqq"),
]


def main() -> None:
    with engines_running():
        catalogue_ready()
        measure()
        grow()
        measure()


def grow() -> None:
    """Copies of procedures, each with its version and its offerings, until `GOAL` are on offer."""
    from django.db import connection, transaction

    with transaction.atomic():
        copy_procedures(GOAL)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE procedures_procedureversion")


def copy_procedures(goal: int) -> None:
    from procedures.models import Offering, Procedure, ProcedureVersion

    versions = list(ProcedureVersion.objects.on_offer(ON).select_related("procedure"))
    offerings: dict[int, list[Offering]] = {}
    for offering in Offering.objects.in_force(ON):
        offerings.setdefault(offering.procedure_id, []).append(offering)
    for number in range(goal - len(versions)):
        version = versions[number % len(versions)]
        source = version.procedure
        copy = Procedure.objects.create(ref=f"COPY-{number}", level_id=source.level_id, field_id=source.field_id)
        places = offerings[source.pk]
        for offering in places:
            offering.pk, offering.procedure = None, copy
        Offering.objects.bulk_create(places)
        version.pk, version.procedure = None, copy
        version.name_folded += f" ban {number}"
        version.save(force_insert=True)
        version.name_folded = version.name_folded.removesuffix(f" ban {number}")
        version.procedure = source


def measure() -> None:
    from procedures.search import find

    begun = time.perf_counter()
    count = len(find("", {}, ON).index.ids)
    made = time.perf_counter() - begun
    took = []
    for _round in range(ROUNDS):
        for query in QUERIES:
            begun = time.perf_counter()
            find(query, {"cap": ["ward"]}, ON)
            took.append((time.perf_counter() - begun) * 1000)
    cuts = statistics.quantiles(took, n=100)
    times = f"p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms"
    print(f"search over {count:>5} procedures: {times} (index made in {made:.2f} s)")


if __name__ == "__main__":
    main()
