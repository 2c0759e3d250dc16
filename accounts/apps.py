from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Tài khoản")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import checks
        from accounts.provider import sessions as provider
        from accounts.second_factor import signals as second_factor
        from accounts.sessions import actions as sessions
        from accounts.sign_in import signals

        signals.connect()
        sessions.connect()
        second_factor.connect()
        provider.connect()
        register(checks.check_second_factor_keys, Tags.security)
        register(checks.check_hash_keys, Tags.security)
        register(checks.check_secret_key, Tags.security)
        register(checks.check_provider, Tags.security)


class StaffAdminConfig(admin.AdminConfig):
    """Django's administration pages with our own door."""

    default = False
    default_site = "accounts.site.StaffSite"

    def ready(self) -> None:
        """Second factors are nobody's to change there: their owner sets them up, two people reset them."""
        super().ready()
        from allauth.mfa.models import Authenticator
        from django.contrib.admin import site

        site.unregister(Authenticator)
