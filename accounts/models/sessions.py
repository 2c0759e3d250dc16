"""Sessions of browsers, in a table of the portal's own: whose, on what device, from where, last used when."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class BrowserSessionQuerySet(models.QuerySet["BrowserSession"]):
    def open(self, at: datetime) -> BrowserSessionQuerySet:
        return self.filter(expire_date__gt=at)

    def of(self, person: User) -> BrowserSessionQuerySet:
        return self.filter(user=person)

    def latest_first(self) -> BrowserSessionQuerySet:
        return self.order_by("-used_at", "-expire_date")


class BrowserSession(AbstractBaseSession):
    """`expire_date` is the end of whichever comes first, idling or the absolute end: no request loads a later row.

    The other columns are empty for a visitor who has not signed in.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="sessions", verbose_name=_("người dùng")
    )
    began_at = models.DateTimeField(_("đăng nhập lúc"), null=True, blank=True)
    used_at = models.DateTimeField(_("dùng lần cuối lúc"), null=True, blank=True)
    address = models.CharField(_("địa chỉ mạng"), max_length=60, blank=True, default="", db_default="")
    device = models.CharField(_("thiết bị"), max_length=80, blank=True, default="", db_default="")
    is_own_device = models.BooleanField(_("máy dùng riêng"), default=False, db_default=False)

    objects = BaseSessionManager.from_queryset(BrowserSessionQuerySet)()  # type: ignore[misc]  # stubs: no ClassVar

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("phiên của trình duyệt")  # type: ignore[assignment]
        verbose_name_plural = _("phiên của trình duyệt")  # type: ignore[assignment]
        constraints = [
            models.CheckConstraint(
                name="session_of_a_person_has_its_times",
                condition=Q(user=None) | Q(began_at__isnull=False, used_at__isnull=False),
            ),
        ]

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Django asks the row for its store, which itself needs this table."""
        return import_module(settings.SESSION_ENGINE).SessionStore

    @property
    def handle(self) -> str:
        """Names the session on a page: its key opens it and is never printed."""
        return salted_hmac("accounts.sessions", self.session_key, algorithm="sha256").hexdigest()[:24]
