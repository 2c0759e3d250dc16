"""Indexes for looking dossiers up by name and telephone, and for the latest ones first."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models
from django.db.models import F, Func, Value
from django.db.models.functions import Reverse


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0013_scans_and_notes")]

    operations = [
        migrations.AddIndex(
            model_name="dossier",
            index=GinIndex(SearchVector("applicant_folded", config="simple"), name="dossier_by_name"),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                OpClass(
                    Reverse(
                        Func(F("applicant_phone"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace")
                    ),
                    name="text_pattern_ops",
                ),
                name="dossier_by_phone",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(F("submitted_at").desc(), F("id").desc(), name="dossier_by_submitted"),
        ),
    ]
