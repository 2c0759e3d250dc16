"""How many dossiers a second are rebuilt from their events and compared with their rows.

    script/bench replay

The register is the demo district's, a fifth of its size, with everything that happens in it; one process, as
`manage.py replay_dossiers` runs it.
"""

import sys
import time

from bench_engines import catalogue_ready, engines_running

SIZE = 0.2


def main(size: float) -> None:
    with engines_running():
        catalogue_ready()
        measure(size)


def measure(size: float) -> None:
    from django.utils import timezone

    from dossiers.demo.loading import load
    from dossiers.demo.plan import first_day, read_proportions
    from dossiers.demo.staff import make_staff
    from dossiers.events.reconciliation import compare_all
    from portal.embedded.demo import LOGINS

    now, proportions = timezone.now(), read_proportions()
    make_staff(logins=LOGINS, password="", proportions=proportions, on=first_day(proportions, timezone.localdate(now)))
    began = time.perf_counter()
    made = load(now=now, progress=lambda _done, _all: None, size=size).dossiers
    print(f"made {made:,} dossiers in {time.perf_counter() - began:.0f} s")
    began, seen, differing = time.perf_counter(), 0, 0
    for count, differences in compare_all():
        seen += count
        differing += len(differences)
    took = time.perf_counter() - began
    print(f"replayed {seen:,} in {took:.1f} s: {seen / took:,.0f}/s, {differing} differences")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
