"""Load the rule sets, grounds and categories of the inbox that this release comes with."""

from typing import Any

from django.core.management.base import BaseCommand

from complaints.loading import load_rules
from complaints.models import Category, Ground, RuleSet


class Command(BaseCommand):
    help = "Loads rule sets, grounds and categories of complaints and petitions. Again, it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        load_rules()
        counts = (RuleSet.objects.count(), Ground.objects.count(), Category.objects.count())
        self.stdout.write("{} rule sets, {} grounds, {} categories.".format(*counts))
