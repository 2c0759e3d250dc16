"""Compare the catalogue with a file of the national database (.json or .xlsx), apply it, or undo the last application.

Without --apply nothing is written: what is new, changed, missing and refused is told.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from dossiers.catalogue_files import Unreadable, read_records
from procedures.actions import Source, apply_update, undo_last_update
from procedures.updates import Comparison, compare
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
        parser.add_argument("--by", default="", metavar="USERNAME", help="who applies or undoes it")
        parser.add_argument("--report", type=Path, metavar="OUT.json", help="the whole comparison")
        parser.add_argument("--apply", action="store_true")
        parser.add_argument("--undo", action="store_true", help="take back the last application")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["undo"]:
                undone = undo_last_update(actor=_actor(options["by"]), at=timezone.now())
                self.stdout.write(f"Undone: {undone.file_name}, {undone.publications.count()} versions taken back.")
            elif options["file"]:
                self._update(options["file"], options)
            else:
                raise CommandError("Name a file, or say --undo.")
        except RuleBroken as broken:
            raise CommandError(broken.message) from broken
        except Unreadable as unreadable:
            raise CommandError(str(unreadable)) from unreadable

    def _update(self, path: Path, options: dict[str, Any]) -> None:
        now = timezone.now()
        today = timezone.localdate(now)
        valid_from: date = options["valid_from"] or today
        records = read_records(path)
        comparison = compare(records, valid_from=valid_from, today=today, level=options["level"])
        self._tell(comparison)
        if options["report"]:
            options["report"].write_text(json.dumps(_as_json(comparison), ensure_ascii=False, indent=1), "utf-8")
        if not options["apply"]:
            self.stdout.write("Nothing was written. To write it: --apply --by USERNAME --decision … --from …")
            return
        if not options["decision"]:
            raise CommandError("--apply needs --decision.")
        source = Source(path.name[:200], _sha256(path), options["decision"], options["signed"])
        actor = _actor(options["by"])
        apply_update(comparison=comparison, source=source, valid_from=valid_from, actor=actor, at=now)
        self.stdout.write(f"Applied from {valid_from}. To take it back: --undo --by USERNAME")

    def _tell(self, done: Comparison) -> None:
        counts = f"{len(done.new)} new, {len(done.changed)} changed, {done.same} the same, "
        self.stdout.write(f"{counts}{len(done.missing)} missing, {len(done.refused)} refused")
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


def _as_json(done: Comparison) -> dict[str, Any]:
    return {
        "new": [{"code": one.procedure.ref, "name": one.content["name"]} for one in done.new],
        "changed": [
            {"code": one.procedure.ref, "name": one.content["name"], "rows": [row._asdict() for row in one.rows]}
            for one in done.changed
        ],
        "same": done.same,
        "missing": [{"code": code, "name": name} for code, name in done.missing],
        "refused": [row._asdict() for row in done.refused],
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _actor(username: str) -> User:
    found: User | None = User.objects.filter(username=username).first()
    if found is None:
        raise CommandError("--by must name an account.")
    return found
