"""What roles may do in the administration pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.apps import apps
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, User

ALL: Final = ("add", "change", "delete", "view")
VIEW: Final = ("view",)

KEEP: Final = ("add", "change", "view")

# Role → room, or one table of it → what it may do with every row there. The people's own rooms are in none: of
# dossiers nothing, of complaints the law as rows, but never a case or what somebody wrote.
GRANTED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    Membership.Role.ADMINISTRATOR: {
        "units": ALL,
        "accounts.user": KEEP,  # an account is closed, never deleted: the ledger names it
        "accounts.membership": ALL,
        "accounts.delegation": VIEW,
        "procedures": ALL,
        "notices": VIEW,
        "reporting": VIEW,
        "complaints.ruleset": KEEP,  # not to be deleted: cases and their events name them
        "complaints.ground": KEEP,
        "complaints.category": ALL,
        "complaints.answertemplate": ALL,
        "complaints.suggestionbox": KEEP,
    },
    Membership.Role.EDITOR: {"procedures": ALL, "units": VIEW},
}


class RoleBackend(BaseBackend):
    """Grants Django's permissions from the memberships in force today; signs nobody in."""

    def get_user_permissions(self, user_obj: User | AnonymousUser, obj: Any = None) -> set[str]:
        """`app.action_model` for every table of the rooms that the person's roles open."""
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        rooms = [GRANTED.get(membership.role, {}) for membership in user_obj.current_memberships()]
        return {permission for room in rooms for app, actions in room.items() for permission in _on(app, actions)}

    def has_module_perms(self, user_obj: User | AnonymousUser, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions(user_obj))


def _on(room: str, actions: tuple[str, ...]) -> set[str]:
    app, _, table = room.partition(".")
    tables = [table] if table else [model._meta.model_name for model in apps.get_app_config(app).get_models()]
    return {f"{app}.{action}_{table}" for table in tables for action in actions}
