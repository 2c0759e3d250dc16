"""Loading an old register: read, check, look up what is there already, write; one batch, one transaction.

A batch is there wholly or not at all, and a row is already_loaded again by its key, so that a load that was cut off is
simply run again. Figures are counted anew once, when all is in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from accounts.models import User
from dossiers.models import RegisterImport
from dossiers.register_import import rows
from dossiers.register_import.books import Books
from dossiers.register_import.catalogue import Catalogue, PinnedProcedure
from dossiers.register_import.checking import Checker, RegisterEntry
from dossiers.register_import.earlier_rows import EarlierRows
from dossiers.register_import.events import LoadContext, build_dossier, check_against_replay
from dossiers.register_import.faults import Fault, LoadFault, RejectedRows, RowFault
from dossiers.register_import.mapping import RegisterMapping
from dossiers.register_import.reading import NumberedRow, Table, read_table
from files.sheets.faults import UnusableFile
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.models import Unit

BATCH: Final = 5000

_KEYS = "SELECT nextval(pg_get_serial_sequence('dossiers_dossier', 'id')) FROM generate_series(1, %s)"
_EXISTING = "SELECT code, request_key FROM dossiers_dossier WHERE code = ANY(%s)"
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('register import', %s))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('register import', %s))"
_MARK = """
    INSERT INTO dossiers_staleday (unit_id, day)
    SELECT DISTINCT handler_id, day FROM dossiers_dossier CROSS JOIN LATERAL (
        VALUES ((received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date),
               ((finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    ) AS marked(day)
    WHERE id >= %s AND receiving_desk_id = %s AND day IS NOT NULL
"""

_MARK_OPEN = """
    INSERT INTO dossiers_staleopen (since)
    SELECT min((received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) FROM dossiers_dossier
    WHERE id >= %s AND receiving_desk_id = %s HAVING count(received_at) > 0
"""

ShowProgress = Callable[[int], None]


@dataclass(slots=True)
class Counts:
    """Rows read, dossiers imported by this run, rows imported before, rows rejected."""

    rows: int = 0
    loaded: int = 0
    already_loaded: int = 0
    rejected: int = 0


class _Rejected(Exception):
    """A row was rejected in an import that is all or nothing."""


def load_register(
    path: Path,
    *,
    desk: Unit,
    mapping: RegisterMapping,
    at: datetime,
    report: Path | None = None,
    actor: User | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = False,
    progress: ShowProgress = lambda _rows: None,
) -> tuple[Counts, RejectedRows]:
    """Imports the good rows; none with `dry_run`, nor with `all_or_nothing` where one row is rejected.

    Writes every rejected row to `report`. Importing a file again imports only missing rows. Raises UnusableFile.
    """
    table = read_table(path, mapping)
    rejected = RejectedRows(report, table.titles)
    try:
        with _locked_desk(desk), EarlierRows() as earlier_rows:
            run = _ImportRun(table, rejected, earlier_rows, desk, mapping, actor, at)
            if not dry_run:
                run.record = _record(path, desk, actor, at)
            whole = transaction.atomic() if all_or_nothing else nullcontext()
            try:
                with whole:
                    run.batches(progress, stops=all_or_nothing)
                    if all_or_nothing and rejected.count:
                        raise _Rejected
            except _Rejected:
                run.counts.loaded = 0
                _delete_empty_record(run.record)
            else:
                run.finish(at)
    finally:
        rejected.close()
    return run.counts, rejected


class _ImportRun:
    """One run over a file. Without a `record` nothing is written."""

    def __init__(
        self,
        table: Table,
        report: RejectedRows,
        earlier_rows: EarlierRows,
        desk: Unit,
        mapping: RegisterMapping,
        actor: User | None,
        at: datetime,
    ) -> None:
        calendar = working_calendar(desk)
        self.table = table
        self.report = report
        self.earlier_rows = earlier_rows
        self.desk = desk
        self.actor = actor
        self.calendar = calendar
        self.record: RegisterImport | None = None
        self.counts = Counts()
        self.books = Books(desk, local_day(at).year)
        self.catalogue = Catalogue(desk, mapping.procedures)
        self.checker = Checker(mapping, table.places, table.width, desk_id=desk.pk, calendar=calendar, at=at)

    def batches(self, progress: ShowProgress, *, stops: bool) -> None:
        """Processes the file batch by batch. `stops`: after a rejected row the rest is only checked."""
        while taken := list(islice(self.table.rows, BATCH)):
            writes = self.record is not None and not (stops and self.report.count)
            with transaction.atomic():
                good = self._new(self._entries(taken))
                if writes and good and not (stops and self.report.count):
                    self._write(good)
            self.counts.rows += len(taken)
            self.counts.rejected = self.report.count
            progress(self.counts.rows)

    def finish(self, at: datetime) -> None:
        """Records the end and marks all days that the import affects for recounting."""
        record, counts = self.record, self.counts
        if record is None or (record.finished_at and not counts.loaded):
            return
        with transaction.atomic():
            record.rows, record.rejected, record.finished_at = counts.rows, counts.rejected, at
            record.save(update_fields=["rows", "rejected", "finished_at"])
            with connection.cursor() as cursor:
                for mark in (_MARK, _MARK_OPEN):
                    cursor.execute(mark, [record.first_dossier, self.desk.pk])

    def _entries(self, taken: Iterable[NumberedRow]) -> Iterator[tuple[RegisterEntry, PinnedProcedure]]:
        for number, cells in taken:
            try:
                entry = self.checker.entry(number, cells)
                pin = self.catalogue.pin(entry.procedure, local_day(entry.received_at))
            except RowFault as wrong:
                self.report.reject(number, wrong)
            else:
                yield entry, pin

    def _new(
        self, entries: Iterable[tuple[RegisterEntry, PinnedProcedure]]
    ) -> list[tuple[RegisterEntry, PinnedProcedure]]:
        """The entries without those imported before and those that clash with another row or dossier."""
        found = list(entries)
        existing = self._existing(entry.code for entry, _pin in found)
        twice = self.earlier_rows.of_taken((entry.code, entry.row) for entry, _pin in found)
        fresh = []
        for entry, pin in found:
            if entry.row in twice:
                self.report.reject(entry.row, RowFault("code", Fault.CODE_TWICE, row=twice[entry.row]))
            elif entry.code not in existing:
                fresh.append((entry, pin))
            elif existing[entry.code] == entry.key:
                self.counts.already_loaded += 1
            else:
                self.report.reject(entry.row, RowFault("code", Fault.CODE_TAKEN))
        return self.books.with_free_numbers(fresh, self.earlier_rows, self.report)

    def _existing(self, codes: Iterable[str]) -> dict[str, object]:
        with connection.cursor() as cursor:
            cursor.execute(_EXISTING, [list(codes)])
            return dict(cursor.fetchall())

    def _write(self, good: list[tuple[RegisterEntry, PinnedProcedure]]) -> None:
        assert self.record is not None
        load = LoadContext(
            self.record.pk,
            self.desk.pk,
            self.actor.pk if self.actor else None,
            self.calendar,
            int(self.calendar.version),
        )
        batch = rows.Batch([], [], [], [])
        numbered = self.books.numbered(good)
        for pk, (entry, pin) in zip(_keys(len(good)), numbered, strict=True):
            rows.add_dossier(batch, pk, entry, build_dossier(entry, pin, load), load)
        check_against_replay(*good[0], load)
        rows.copy_batch(batch)
        self.books.raise_counters([row[rows.BOOK] for row in batch.dossiers])
        self.record.loaded += len(good)
        self.record.save(update_fields=["loaded"])
        self.counts.loaded += len(good)


def _keys(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [count])
        return [pk for (pk,) in cursor.fetchall()]


def _record(path: Path, desk: Unit, actor: User | None, at: datetime) -> RegisterImport:
    """The record of this file and desk; a new one reserves the first primary key of its dossiers."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    made = RegisterImport.objects.filter(desk=desk, sha256=digest).first()
    if made:
        return made
    (first,) = _keys(1)
    return RegisterImport.objects.create(desk=desk, sha256=digest, actor=actor, started_at=at, first_dossier=first)


def _delete_empty_record(record: RegisterImport | None) -> None:
    """Deletes the record of a file of which nothing was ever imported."""
    if record:
        RegisterImport.objects.filter(pk=record.pk, loaded=0).delete()


@contextmanager
def _locked_desk(desk: Unit) -> Iterator[None]:
    """Holds an advisory lock of the desk: one import at a time. Raises UnusableFile while another one runs."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [desk.pk])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise UnusableFile(LoadFault.BUSY)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(_UNLOCK, [desk.pk])
