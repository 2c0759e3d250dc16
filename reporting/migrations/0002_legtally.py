import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0001_initial"),
        ("units", "0005_drafts_and_moves"),
    ]

    operations = [
        migrations.CreateModel(
            name="LegTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("early", models.PositiveIntegerField(default=0)),
                ("on_time", models.PositiveIntegerField(default=0)),
                ("late", models.PositiveIntegerField(default=0)),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "số chặng trong ngày",
                "verbose_name_plural": "số chặng trong ngày",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "unit"),
                        include=("early", "on_time", "late"),
                        name="leg_tally_once_per_day_unit",
                    )
                ],
            },
        ),
    ]
