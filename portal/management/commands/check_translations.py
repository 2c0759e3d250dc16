"""manage.py check_translations: fails unless every marked text has its English and no English is left over."""

import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.translations.check import translation_faults


class Command(BaseCommand):
    help = "Compares locale/en with the texts of the source. Needs GNU gettext."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if shutil.which("xgettext") is None:
            raise CommandError("xgettext was not found: install GNU gettext (the package gettext).")
        faults = translation_faults(settings.BASE_DIR, "en")
        if faults:
            raise CommandError("\n".join([*faults, f"{len(faults)} texts to put right in locale/en."]))
        self.stdout.write("English is complete.")
