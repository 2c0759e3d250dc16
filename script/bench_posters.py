"""Notices for the wall: one alone, and every procedure on offer in one file.

script/bench posters
"""

import statistics
import time
from datetime import date

from bench_engines import catalogue_ready, engines_running

ON = date(2026, 11, 23)
ROUNDS = 20


def main() -> None:
    with engines_running():
        catalogue_ready()
        from procedures.models import ProcedureVersion
        from procedures.posters.drawing import posters_pdf, procedure_poster

        versions = list(ProcedureVersion.objects.for_page(ON).on_offer(ON))
        posters_pdf([procedure_poster(versions[-1], None, ON)], ON)  # reads the fonts
        took = []
        for version in versions[:ROUNDS]:
            begun = time.perf_counter()
            posters_pdf([procedure_poster(version, None, ON)], ON)
            took.append((time.perf_counter() - begun) * 1000)
        print(f"one notice: {statistics.median(took):.1f} ms, worst {max(took):.1f} ms")
        begun = time.perf_counter()
        made = posters_pdf((procedure_poster(version, None, ON) for version in versions), ON)
        seconds = time.perf_counter() - begun
        each = len(versions) / seconds
        print(f"{len(versions)} notices in one file: {seconds:.2f} s, {each:.0f}/s, {len(made) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
