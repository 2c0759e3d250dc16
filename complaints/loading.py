"""Loads rule sets, grounds, categories and templates of answers from the files of this release."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from complaints.models import AnswerTemplate, Category, Ground, RuleSet

DATA = Path(__file__).resolve().parent / "data"


@transaction.atomic
def load_rules() -> None:
    """Add what is missing and reset rows to this release; rows that an administrator added and templates that they
    changed stay."""
    _reset(RuleSet, _read("rules.json"), key=("kind", "valid_from"))
    _reset(Ground, _read("grounds.json"), key=("kind", "use", "code"))
    categories = [row | {"order": order} for order, row in enumerate(_read("categories.json"), 1)]
    _reset(Category, categories, key=("code",))
    answers = [AnswerTemplate(**row) for row in _read("answers.json")]
    AnswerTemplate.objects.bulk_create(answers, ignore_conflicts=True)


def _reset(model: type[Model], rows: Sequence[dict[str, Any]], *, key: Sequence[str]) -> None:
    """Insert `rows`, which all have the same fields, or overwrite those with the same `key`."""
    model._default_manager.bulk_create(
        (model(**row) for row in rows),
        update_conflicts=True,
        unique_fields=key,
        update_fields=[name for name in rows[0] if name not in key],
    )


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows
