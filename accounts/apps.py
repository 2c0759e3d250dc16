from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Tài khoản")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.sign_in import signals

        signals.connect()


class StaffAdminConfig(admin.AdminConfig):
    """Django's administration pages with our own door."""

    default = False
    default_site = "accounts.site.StaffSite"
