"""manage.py merge_units FILE.json --proposed-by A --approved-by B: offices merged, divided or moved, by two people."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.staff.permissions import CALENDAR_ROLES, REORGANISING_ROLES, keeps_calendar
from dossiers.changes.reorganisation.actions import carry_out, contributions_in_hand
from dossiers.changes.reorganisation.transfer import count_in_hand
from units.clock.days import local_day
from units.models import Unit
from units.reorganisation.by_plan import reorganise
from units.rules import RuleBroken


class Command(BaseCommand):
    help = (
        "Carries out a reorganisation of offices, all or nothing: units, roles, offerings, open dossiers, open cases "
        "of the inbox, bookings with leaders, and calls still to be returned or written down."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the plan; docs/operations.md gives its shape")
        parser.add_argument("--proposed-by", metavar="USERNAME", help="an administrator of the whole tenant")
        parser.add_argument(
            "--approved-by",
            metavar="USERNAME",
            help="a second person, administrator or official; named in the history of every dossier handed on",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = _read(options["file"])
        actor = None if options["dry_run"] else _second_person(options["proposed_by"], options["approved_by"])
        with transaction.atomic():
            try:
                summary = self._carry_out(plan, actor)
            except RuleBroken as broken:
                raise CommandError(broken.message) from broken
            transaction.set_rollback(options["dry_run"])
        self.stdout.write(f"{summary}{' Nothing was changed.' if options['dry_run'] else ''}")

    def _carry_out(self, plan: Any, actor: User | None) -> str:
        at = timezone.now()
        result = carry_out(change=lambda at: reorganise(plan=plan, at=at), actor=actor, at=at)
        done = result.done
        names = dict(Unit.objects.filter(pk__in={*done.moves, *done.moves.values()}).values_list("pk", "name"))
        for old, new in done.moves.items():
            self.stdout.write(f"{names[old]} -> {names[new]}")
        is_ahead = done.on > local_day(at)
        for other in contributions_in_hand(done, at=at) if is_ahead else result.others:
            self.stdout.write(f"{other.label}: {other.count}")
        ahead, _units = count_in_hand(successors=done.moves) if is_ahead else (0, None)
        waiting = f" {ahead} more wait for that day, as do the above." if is_ahead else ""
        return (
            f"{done.on.isoformat()}: {len(done.moves)} units continued, {result.roles} roles, "
            f"{result.offerings} offerings and {result.dossiers} open dossiers handed on.{waiting}"
        )


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} is not a readable JSON file: {error}") from error


def _second_person(proposed_by: str | None, approved_by: str | None) -> User:
    """Who approves. Raises CommandError unless two different people have the roles that the pages ask for."""
    if not proposed_by or not approved_by:
        raise CommandError("Two people are needed: --proposed-by USERNAME and --approved-by USERNAME.")
    author, approver = _person(proposed_by, REORGANISING_ROLES), _person(approved_by, CALENDAR_ROLES)
    if author.pk == approver.pk:
        raise CommandError("Nobody approves what they proposed: --approved-by names a second person.")
    return approver


def _person(username: str, roles: Sequence[str]) -> User:
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(f"Nobody signs in as {username}.")
    if not keeps_calendar(person, *roles):
        raise CommandError(f"{username} is not {' or '.join(roles)} of the whole tenant.")
    return person
