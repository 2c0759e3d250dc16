"""Compares the catalogue with a file of the national database (.json or .xlsx), applies it, or undoes the last update.

Without --apply it only prints what is new, changed, missing and refused. Applying takes two editors, as on the pages;
so does undoing what is in force.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.staff.permissions import keeps_catalogue
from procedures.national.actions import Source, approve_update, bring_update, undo_last_update
from procedures.national.comparison import Comparison, compare
from procedures.national.files import FileRecords, Unreadable, read_records
from units.models import UnitKind
from units.rules import RuleBroken


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--from", dest="valid_from", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--decision", default="", help="the decision that publishes the content")
        parser.add_argument("--signed", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--level", choices=[UnitKind.DISTRICT, UnitKind.WARD], default="", help="of new ones")
        parser.add_argument("--by", default="", metavar="USERNAME", help="the editor who applies or undoes it")
        parser.add_argument("--approved-by", default="", metavar="USERNAME", help="the second editor")
        parser.add_argument("--report", type=Path, metavar="OUT.json", help="the whole comparison")
        parser.add_argument("--apply", action="store_true")
        parser.add_argument("--undo", action="store_true", help="take back the last application")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["undo"]:
                self._undo(options)
            elif options["file"]:
                self._update(options["file"], options)
            else:
                raise CommandError("Name a file, or say --undo.")
        except RuleBroken as broken:
            raise CommandError(broken.message) from broken
        except Unreadable as unreadable:
            raise CommandError(str(unreadable)) from unreadable

    def _undo(self, options: dict[str, Any]) -> None:
        second = _editor("--approved-by", options["approved_by"]) if options["approved_by"] else None
        undone = undo_last_update(actor=_editor("--by", options["by"]), second=second, at=timezone.now())
        self.stdout.write(f"Undone: {undone.file_name}, {undone.publications.count()} versions taken back.")

    def _update(self, path: Path, options: dict[str, Any]) -> None:
        today = timezone.localdate()
        read = read_records(path)
        options["valid_from"] = options["valid_from"] or today
        comparison = compare(read.records, valid_from=options["valid_from"], today=today, level=options["level"])
        self._print(comparison, read.unread)
        if options["report"]:
            options["report"].write_text(json.dumps(_as_json(comparison, read), ensure_ascii=False, indent=1), "utf-8")
        if not options["apply"]:
            hint = "To write it: --apply --by USERNAME --approved-by USERNAME --decision … --from …"
            self.stdout.write(f"Nothing was written. {hint}")
            return
        self._apply(path, read, options)
        self.stdout.write(f"Applied from {options['valid_from']}. To take it back: --undo --by USERNAME")

    @transaction.atomic
    def _apply(self, path: Path, read: FileRecords, options: dict[str, Any]) -> None:
        author, approver = _editor("--by", options["by"]), _editor("--approved-by", options["approved_by"])
        source = Source(
            file_name=path.name.encode("utf-8", "replace").decode(),
            sha256=read.sha256,
            records=read.records,
            unread=read.unread,
            level=options["level"],
            decision=options["decision"],
            decided_on=options["signed"],
            valid_from=options["valid_from"],
        )
        at = timezone.now()
        update = bring_update(source=source, author=author, at=at)
        approve_update(update=update, valid_from=source.valid_from, approver=approver, at=at)

    def _print(self, done: Comparison, unread: dict[str, list[str]]) -> None:
        counts = f"{len(done.new)} new, {len(done.changed)} changed, {done.same} the same, "
        self.stdout.write(f"{counts}{len(done.missing)} missing, {len(done.refused)} refused")
        for kind, names in unread.items():
            for name in names:
                self.stdout.write(f"# not read: {kind} {name}")
        for change in done.new:
            self.stdout.write(f"+ {change.procedure.ref}  {change.content['name']}")
        for change in done.changed:
            self.stdout.write(f"~ {change.procedure.ref}  {change.content['name']}")
            for row in change.rows:
                self.stdout.write(f"    {row.what}: {_short(row.before)} → {_short(row.after)}")
        for code, name in done.missing:
            self.stdout.write(f"? {code}  {name}")
        for refused in done.refused:
            self.stdout.write(f"! {refused.place}  {refused.code}  {refused.why}")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 120 else f"{flat[:117]}…"


def _as_json(done: Comparison, read: FileRecords) -> dict[str, Any]:
    return {
        "unread": read.unread,
        "new": [{"code": one.procedure.ref, "name": one.content["name"]} for one in done.new],
        "changed": [
            {"code": one.procedure.ref, "name": one.content["name"], "rows": [row._asdict() for row in one.rows]}
            for one in done.changed
        ],
        "same": done.same,
        "missing": [{"code": code, "name": name} for code, name in done.missing],
        "refused": [row._asdict() for row in done.refused],
    }


def _editor(option: str, username: str) -> User:
    """Requires the permission of the editors' pages."""
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None or not keeps_catalogue(found):
        raise CommandError(f"{option} must name an editor of the whole office.")
    return found
