from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from complaints.checks import check_mailbox, check_sealing_keys


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Phản ánh, kiến nghị")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_sealing_keys, Tags.security)
        register(check_mailbox, Tags.security)
