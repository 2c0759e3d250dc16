"""Messages for the next page, in a cookie whose name browsers protect where TLS is on."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class PrefixedCookieStorage(CookieStorage):
    cookie_name = f"{settings.COOKIE_PREFIX}{CookieStorage.cookie_name}"


class Messages(FallbackStorage):
    """Long ones go into the session, as Django does."""

    storage_classes = (PrefixedCookieStorage, SessionStorage)
