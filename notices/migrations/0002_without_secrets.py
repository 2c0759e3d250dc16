"""Takes the secrets of cases out of the notices that were sent. The table is rewritten, so that no dead row holds one."""

from django.db import migrations

REWRITE = "ALTER TABLE notices_notice ALTER COLUMN context TYPE jsonb USING context - 'secret'"


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [migrations.RunSQL(REWRITE)]
