"""manage.py compile_translations: .po → .mo, without GNU gettext."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.translations.compile import compile_translations


class Command(BaseCommand):
    help = "Compiles the translations that changed."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for po in compile_translations(folder):
                self.stdout.write(f"compiled {po.relative_to(settings.BASE_DIR)}")
