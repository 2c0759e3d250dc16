"""Rules that the database itself holds: one file for each in the folder `rules` beside this one."""

from pathlib import Path

from django.db import migrations

RULES = Path(__file__).parent / "rules"
NAMES = ("stored_files",)


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [migrations.RunSQL((RULES / f"{name}.sql").read_text()) for name in NAMES]
