"""How well a catalogue search answers what people ask, and how long it takes, over the catalogue as it is and over
6,000 procedures.

    script/bench search
    .venv/bin/python script/bench_search.py worst    # the ten worst answers and why, those held out among them

Quality is of what the page lists for the queries of tests/procedures/search/asked.json. Times are in milliseconds, of
`procedures.search.find.find` with everything it asks the database, after one search has made the index.
"""

import statistics
import sys
import time
from datetime import date

from bench_engines import catalogue_ready, engines_running

ON = date(2026, 11, 23)
GOAL = 6000
ROUNDS = 20
WORST = 10
QUERIES = [
    *("khai sinh", "dang ky ket hon", "khia sinhh", "xay duwng", "hkd", "sổ đỏ", "mở quán ăn", "cap giay", "kh", ""),
    *("bố tôi vừa mất cần làm thủ tục gì", "vợ mới đẻ làm khai sinh nhập khẩu bảo hiểm luôn một thể"),
    *("chứng thực bản sao", "ho kinh doanh", "quyết định", "dang ky", "tro cap xa hoi hang thang", "zzzz qqqq"),
]


def main() -> None:
    with engines_running():
        catalogue_ready()
        measure()
        judge()
        grow()
        measure()


def judge() -> None:
    from procedures.search.find import find
    from procedures.search.index import catalogue_index
    from tests.procedures.search.asked import Quality, quality, read_asked

    index = catalogue_index(ON)
    names = {row.ref: row.name for row in index.listed}

    def listed(query: str) -> list[str]:
        found = find(query, {}, ON, index, loosely=True)
        return [row.ref for row in index.listed_as(found.ids or found.nearest)]

    def say(what: str, measured: Quality) -> None:
        shares = f"recall@1 {measured.recall(1):.3f}, recall@3 {measured.recall(3):.3f}, MRR {measured.mrr:.3f}"
        print(f"{len(measured.answers):>4} queries {what}: {shares}")

    tuned, held_out = read_asked()
    measured = quality(tuned, listed)
    say("tuned on", measured)
    say("held out", quality(held_out, listed))
    if sys.argv[1:] == ["worst"]:
        vocabulary = index.vocabulary
        for answer in quality([*tuned, *held_out], listed).worst(WORST):
            first = "; ".join(names[ref] for ref in answer.first[:1]) or "nothing"
            place = f"is number {answer.place}" if answer.place else "is not listed"
            read = vocabulary.understand(answer.asked.query).words
            unheard = ", ".join(word for word in read if not index.texts.is_known_word(word)) or "none"
            print(f"     “{answer.asked.query}”: {names[answer.asked.wanted[0]]} {place}; first comes {first};")
            print(f"         read as “{' '.join(read)}”, words in no name and no saying: {unheard}")


def grow() -> None:
    """Copies of procedures, each with its version and its offerings, until `GOAL` are on offer."""
    from django.db import connection, transaction
    from django.utils import timezone

    from units.database.change_time import set_change_time

    with transaction.atomic():
        set_change_time(timezone.now())
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
        fields = {"level_id": source.level_id, "field_id": source.field_id, "sayings": source.sayings}
        copy = Procedure.objects.create(ref=f"COPY-{number}", **fields)
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
    from procedures.search.find import find

    begun = time.perf_counter()
    count = len(find("", {}, ON).index.ids)
    made = time.perf_counter() - begun
    took = []
    for _round in range(ROUNDS):
        for query in QUERIES:
            begun = time.perf_counter()
            find(query, {"cap": ["ward"]}, ON, loosely=True)
            took.append((time.perf_counter() - begun) * 1000)
    cuts = statistics.quantiles(took, n=100)
    times = f"p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms"
    print(f"search over {count:>5} procedures: {times} (index made in {made:.2f} s)")


if __name__ == "__main__":
    main()
