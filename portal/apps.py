from django.apps import AppConfig
from django.core.checks import Tags, register

from portal.checks import check_encryption


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        register(check_encryption, Tags.security)
