"""Loads rule sets, grounds, categories and templates of answers from the files of this release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from complaints.models import AnswerTemplate, Category, Ground, RuleSet

DATA = Path(__file__).resolve().parent / "data"


@transaction.atomic
def load_rules() -> None:
    """Add what is missing and reset rows to this release; rows that an administrator added and templates that they
    changed stay."""
    for row in _read("rules.json"):
        key = {"kind": row["kind"], "valid_from": row["valid_from"]}
        RuleSet.objects.update_or_create(**key, defaults={"source": row["source"], "rules": row["rules"]})
    for row in _read("grounds.json"):
        key = {name: row.pop(name) for name in ("kind", "use", "code")}
        Ground.objects.update_or_create(**key, defaults=row)
    for order, row in enumerate(_read("categories.json"), 1):
        Category.objects.update_or_create(code=row.pop("code"), defaults=row | {"order": order})
    for row in _read("answers.json"):
        AnswerTemplate.objects.get_or_create(kind=row["kind"], title=row["title"], defaults={"text": row["text"]})


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows
