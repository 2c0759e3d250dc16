"""Registrations per second through the real action, against the bare INSERTs that one of them causes.

    script/bench register [seconds]

Both run in the same process, on the same durable server, one transaction per dossier, alternately; the ratio is what
counts. The bare side sends the very statements the action sent, with new keys, and does nothing else.
"""

import statistics
import sys
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bench_engines import catalogue_ready, engines_running

Statement = tuple[str, Any]
ROUNDS = 6


def main(seconds: float) -> None:
    with engines_running():
        catalogue_ready()
        measure(seconds / ROUNDS / 2)


def measure(seconds: float) -> None:
    from django.db import connection, transaction

    from dossiers.intake.register import register_dossier
    from dossiers.particulars.submission import Applicant, TakenPaper
    from procedures.models import Offering
    from units.clock.working_calendar import OFFICE_TIME
    from units.models import Unit

    desk = Unit.objects.desks().exclude(parent__is_tenant=True).select_related("kind", "parent").order_by("order")[0]
    offering = Offering.objects.filter(
        unit=desk.parent, procedure__versions__term_unit="working_day", committed_amount=None
    ).select_related("procedure", "handler", "unit")[0]
    at = datetime(2026, 11, 23, 9, tzinfo=OFFICE_TIME)
    papers = [TakenPaper(name="Tờ khai", originals=1), TakenPaper(name="Bản sao", copies=1)]

    def register() -> Any:
        return register_dossier(
            request_key=uuid.uuid4(),
            desk=desk,
            offering=offering,
            applicant=Applicant(name="Nguyễn Thị Phượng", phone="0100000000"),
            papers=papers,
            actor=None,
            at=at,
        )

    statements, made = recorded(register)
    numbers = iter(range(10_000, 1_000_000))

    def bare() -> None:
        number = next(numbers)
        changed: dict[Any, Any] = {
            made.code: f"BARE-261123-{number:06d}",
            made.request_key: uuid.uuid4(),
            made.book_number: made.book_number + number,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, renewed(params, changed))
                if 'dossiers_dossier"' in sql:
                    changed[made.pk] = cursor.fetchone()[0]

    ratios, rates = [], []
    for _ in range(ROUNDS):
        action_rate, bare_rate = rate(register, seconds), rate(bare, seconds)
        rates.append((action_rate, bare_rate))
        ratios.append(action_rate / bare_rate)
    action, alone = (statistics.median(side) for side in zip(*rates, strict=True))
    print(
        f"registered {action:.0f}/s, its bare INSERTs {alone:.0f}/s, ratio "
        f"{statistics.median(ratios):.2f} (median of {ROUNDS}, {min(ratios):.2f} to {max(ratios):.2f}; budget 0.5)"
    )


def renewed(param: Any, changed: dict[Any, Any]) -> Any:
    """Parameters with the old dossier's keys replaced; bulk inserts pass whole columns as lists."""
    if isinstance(param, dict):
        return {name: renewed(one, changed) for name, one in param.items()}
    if isinstance(param, list | tuple):
        return [renewed(one, changed) for one in param]
    return changed.get(param, param) if isinstance(param, str | int | uuid.UUID) else param


def recorded(act: Callable[[], Any]) -> tuple[list[Statement], Any]:
    """The INSERT statements of one call, with their parameters, and what it returned."""
    from django.db import connection

    with connection.cursor() as cursor:  # keys that cannot be mistaken for a position or an amount
        cursor.execute("SELECT setval(pg_get_serial_sequence('dossiers_dossier', 'id'), 900000000)")
    act()  # warm: the calendar and the statements' plans
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dossiers_yearcounter SET last = 800000000")
    seen: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO" in sql:
            seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        made = act()
    return seen, made


def rate(act: Callable[[], Any], seconds: float) -> float:
    began, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        act()
        count += 1
    return count / passed


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 24)
