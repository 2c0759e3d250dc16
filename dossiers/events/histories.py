"""Many histories at once, and comparing rows with what they replay to: for dossiers, and for cases above them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet

Event = TypeVar("Event")
Row = Mapping[str, Any]

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one dossier or case that differs from the replay of its events. `name` names a column,
    "legs[2].due_at", or "events" for a history that cannot have happened."""

    key: int
    code: str
    name: str
    stored: object
    replayed: object


def histories(events: QuerySet[Any], of: str, record: Callable[..., Event]) -> dict[int, list[Event]]:
    """The events by the key of whose they are, a column `of`, in order; one query. `record` is called as
    `record(kind, at, unit_id, to_status, data)`, with stored values."""
    found: dict[int, list[Event]] = defaultdict(list)
    rows = events.order_by(of, "number").values_list(of, "kind", "at", "unit_id", "to_status", "data")
    for key, *values in rows.iterator(chunk_size=5000):
        found[key].append(record(*values))
    return found


def compare_in_batches(
    rows: QuerySet[Any],
    compare: Callable[[Sequence[Row]], Iterable[Difference]],
    *,
    batch: int = BATCH,
    after: int = 0,
) -> Iterator[tuple[int, list[Difference]]]:
    """`rows` are values with `id`, taken in its order; yields, per batch, how many there were and what differs. Memory
    stays flat, however many there are."""
    while found := list(rows.filter(pk__gt=after).order_by("pk")[:batch]):
        after = found[-1]["id"]
        yield len(found), list(compare(found))


def column_differences(row: Row, state: object, names: Iterable[str]) -> Iterator[Difference]:
    for name in names:
        if row[name] != getattr(state, name):
            yield Difference(row["id"], row["code"], name, row[name], getattr(state, name))


def impossible(row: Row, why: Exception) -> Difference:
    return Difference(row["id"], row["code"], "events", None, str(why))
