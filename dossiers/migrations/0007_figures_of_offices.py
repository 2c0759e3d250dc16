from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0006_calendar_moves"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("late_unit__isnull", False)),
                fields=["late_unit", "finished_at"],
                include=("late_cause",),
                name="dossier_late_by_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="dossierleg",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", False), ("skipped", False)),
                fields=["unit", "finished_at"],
                name="leg_done_by_unit",
            ),
        ),
    ]
