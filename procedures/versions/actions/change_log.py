"""Gives the database's triggers who changes the catalogue and when, for the change log."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection


def name_actor(actor: AbstractBaseUser | AnonymousUser | None, at: datetime) -> None:
    """Records every change of the catalogue until the end of the transaction as made by `actor` at the time `at`; None
    is the portal itself.

    The settings are local to the transaction, so that a pooled connection never carries a name into the next request.
    """
    key = str(actor.pk) if actor and actor.pk else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('motcua.actor', %s, true), set_config('motcua.at', %s, true)", [key, at.isoformat()]
        )
