"""manage.py merge_units FILE.json [--dry-run]: offices merged, divided or moved, with all they had in hand."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from dossiers.actions.continuing import in_hand
from dossiers.actions.reorganising import carry_out, others_in_hand
from dossiers.models import local_day
from units.actions import reorganise
from units.models import Unit
from units.rules import RuleBroken


class Command(BaseCommand):
    help = (
        "Carries out a reorganisation of offices, all or nothing: units, roles, offerings, open dossiers, open cases "
        "of the inbox, bookings with leaders, and calls still to be returned or written down."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the plan; docs/operations.md gives its shape")
        parser.add_argument("--by", metavar="USERNAME", help="who is named in the history of every dossier handed on")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        plan, actor = _read(options["file"]), _person(options["by"])
        with transaction.atomic():
            try:
                told = self._carry_out(plan, actor)
            except RuleBroken as broken:
                raise CommandError(broken.message) from broken
            transaction.set_rollback(options["dry_run"])
        self.stdout.write(f"{told}{' Nothing was changed.' if options['dry_run'] else ''}")

    def _carry_out(self, plan: Any, actor: User | None) -> str:
        at = timezone.now()
        followed = carry_out(change=lambda at: reorganise(plan=plan, at=at), actor=actor, at=at)
        done = followed.done
        names = dict(Unit.objects.filter(pk__in={*done.moves, *done.moves.values()}).values_list("pk", "name"))
        for old, new in done.moves.items():
            self.stdout.write(f"{names[old]} -> {names[new]}")
        is_ahead = done.on > local_day(at)
        for other in others_in_hand(done, at=at) if is_ahead else followed.others:
            self.stdout.write(f"{other.label}: {other.count}")
        waiting = f" {in_hand(heirs=done.moves)[0]} more wait for that day, as do the above." if is_ahead else ""
        return (
            f"{done.on.isoformat()}: {len(done.moves)} units continued, {followed.roles} roles, "
            f"{followed.offerings} offerings and {followed.dossiers} open dossiers handed on.{waiting}"
        )


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} is not a readable JSON file: {error}") from error


def _person(username: str | None) -> User | None:
    if username is None:
        return None
    if person := User.objects.filter(username=username, is_active=True).first():
        return person
    raise CommandError(f"Nobody signs in as {username}.")
