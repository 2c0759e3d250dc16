import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table is that of dossiers.LookupTry, under its old name."""

    dependencies = [
        ("accounts", "0006_two_people_for_guarded_roles"),
        ("dossiers", "0024_attempts_leave"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AttemptCounter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=64, unique=True)),
                        (
                            "times",
                            django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=None),
                        ),
                        ("forget_at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "verbose_name": "bộ đếm lượt thử",
                        "verbose_name_plural": "bộ đếm lượt thử",
                        "db_table": "dossiers_lookuptry",
                    },
                ),
            ]
        ),
    ]
