"""Rules that the database itself holds: one file for each in the folder `rules` beside this one."""

from pathlib import Path

from django.db import migrations

RULES = Path(__file__).parent / "rules"
NAMES = ("append_only", "identity", "sealed_cases", "closing")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]

    operations = [migrations.RunSQL((RULES / f"{name}.sql").read_text()) for name in NAMES]
