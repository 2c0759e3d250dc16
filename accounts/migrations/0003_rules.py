"""Rules that the database itself holds: one file for each in the folder `rules` beside this one."""

from pathlib import Path

from django.db import migrations

RULES = Path(__file__).parent / "rules"
NAMES = ("append_only",)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles_and_proposals")]

    operations = [migrations.RunSQL((RULES / f"{name}.sql").read_text()) for name in NAMES]
