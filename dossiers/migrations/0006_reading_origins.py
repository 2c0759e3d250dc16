"""Adds to each reading from which session and address it came, as keyed hashes; finds readings by time."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0005_reading_reasons")]

    operations = [
        migrations.AddField(
            "dossierreading", "session_hash", models.BinaryField(editable=False, max_length=16, null=True)
        ),
        migrations.AddField(
            "dossierreading", "address_hash", models.BinaryField(editable=False, max_length=16, null=True)
        ),
        migrations.AddIndex(
            "dossierreading", django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="reading_by_time")
        ),
    ]
