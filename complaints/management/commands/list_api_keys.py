"""Which keys other systems have."""

from typing import Any

from django.core.management.base import BaseCommand

from complaints.models import ApiKey


class Command(BaseCommand):
    help = "Prints every API key: its first eight signs, the partner, what it opens, since and until when."

    def handle(self, *args: Any, **options: Any) -> None:
        for key in ApiKey.objects.select_related("partner").order_by("partner__code", "made_at"):
            until = f"{key.ends_at:%Y-%m-%d}" if key.ends_at else "-"
            columns = [key.shown, key.partner.code, ",".join(key.scopes), f"{key.made_at:%Y-%m-%d}", until]
            self.stdout.write("\t".join(columns))
