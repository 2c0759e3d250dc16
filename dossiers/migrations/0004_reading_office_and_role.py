"""Adds to each reading the office and role by which the dossier was opened; older rows lack both."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_hashed_secrets"), ("units", "0002_rules")]

    operations = [
        migrations.AddField(
            "dossierreading",
            "role",
            models.CharField(blank=True, db_default="", default="", max_length=20, verbose_name="vai trò"),
        ),
        migrations.AddField(
            "dossierreading",
            "unit",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
                verbose_name="đơn vị",
            ),
        ),
        migrations.AddIndex("dossierreading", models.Index(fields=["unit", "at"], name="reading_by_unit")),
        migrations.AddConstraint(
            "dossierreading",
            models.CheckConstraint(
                condition=Q(role="", unit=None) | (Q(unit__isnull=False) & ~Q(role="")),
                name="reading_has_office_and_role",
            ),
        ),
    ]
