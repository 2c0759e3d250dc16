"""Draws rows of the queue and caches them by their content."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dossiers.queue.rows import QueueRow

register = template.Library()
MOST_ROWS = 4096  # of some two kilobytes; a district's desks have fewer open at a time


@register.simple_tag
def queue_row(row: QueueRow, ticked: Collection[str]) -> SafeString:
    """A row of the queue, cached by its content: a queue is opened all day and most rows do not change."""
    return _drawn(row, row.code in ticked, get_language())


@lru_cache(maxsize=MOST_ROWS)
def _drawn(row: QueueRow, is_ticked: bool, language: str | None) -> SafeString:
    return render_to_string("dossiers/queue/_row.html", {"row": row, "is_ticked": is_ticked})
