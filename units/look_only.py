"""For pages of `/quan-tri/` that show and change nothing."""

from typing import Any

from django.http import HttpRequest


class LookOnly:
    """Administrators look at these rows. They are changed elsewhere, or never: the page that uses this says why."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
