"""Rules that the database itself holds: one file for each in the folder `rules` beside this one."""

from pathlib import Path

from django.db import migrations

RULES = Path(__file__).parent / "rules"
NAMES = ("terms", "catalogue_version", "catalogue_changes")


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial"), ("units", "0002_rules")]

    operations = [migrations.RunSQL((RULES / f"{name}.sql").read_text()) for name in NAMES]
