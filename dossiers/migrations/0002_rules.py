"""Rules that the database itself holds: one file for each in the folder `rules` beside this one."""

from pathlib import Path

from django.db import migrations

RULES = Path(__file__).parent / "rules"
NAMES = ("append_only", "identity", "slips", "closed_books")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]

    operations = [migrations.RunSQL((RULES / f"{name}.sql").read_text()) for name in NAMES]
