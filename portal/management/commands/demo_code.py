"""manage.py demo_code: the code that the authenticator app of the demo's login shows now."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.second_factor.totp import code_of
from portal.embedded import demo


class Command(BaseCommand):
    help = "Shows the present code of the demo's login with a second factor. Demo only."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only the demo's seed is published: set DEMO=1.")
        self.stdout.write(code_of(demo.SECOND_FACTOR_SEED, timezone.now()))
