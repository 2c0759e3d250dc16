"""Legs by procedure and by step, so that a list of them is counted as it is narrowed. They follow from what is there."""

import django.db.models.deletion
from django.db import migrations, models

FORGET = "DELETE FROM reporting_legtally WHERE procedure_id IS NOT NULL OR step IS NOT NULL"
LEGS = """
    INSERT INTO reporting_legtally (unit_id, day, place, procedure_id, step, early, on_time, late, over_minutes)
    SELECT unit_id, day, place, procedure_id, step, count(*) FILTER (WHERE what = 'early'),
        count(*) FILTER (WHERE what = 'on_time'), count(*) FILTER (WHERE what = 'late'),
        coalesce(sum(over) FILTER (WHERE what = 'late'), 0)
    FROM (
        SELECT leg.unit_id, (leg.finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day,
            coalesce(step.place, 'handler') AS place, coalesce(step.name, '') AS step, dossier.procedure_id,
            CASE
                WHEN (leg.finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                    < (leg.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN 'early'
                WHEN leg.finished_at <= leg.due_at THEN 'on_time'
                ELSE 'late'
            END AS what,
            floor(extract(epoch FROM leg.finished_at - leg.due_at) / 60) AS over
        FROM dossiers_dossierleg AS leg
        JOIN dossiers_dossier AS dossier ON dossier.id = leg.dossier_id
        LEFT JOIN procedures_processstep AS step ON step.id = leg.step_id
        WHERE leg.finished_at IS NOT NULL AND NOT leg.skipped AND leg.due_at IS NOT NULL
            AND leg.accepted_at < leg.finished_at
            AND (leg.hours > 0 OR (leg.step_id IS NULL AND leg.position = 1))
    ) AS act
    GROUP BY GROUPING SETS ((unit_id, day, place, procedure_id), (unit_id, day, place, step))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0022_open_span"),
        ("procedures", "0014_codes_are_printed"),
        ("reporting", "0011_months"),
        ("units", "0007_duty_posts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="legtally",
            name="leg_tally_once",
        ),
        migrations.AddField(
            model_name="legtally",
            name="procedure",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="procedures.procedure",
            ),
        ),
        migrations.AddField(
            model_name="legtally",
            name="step",
            field=models.CharField(blank=True, max_length=200, null=True),
        ),
        migrations.RunSQL(LEGS, FORGET),
        migrations.AddIndex(
            model_name="legtally",
            index=models.Index(
                condition=models.Q(("procedure", None), ("step", None)),
                fields=["day", "place", "unit"],
                include=("early", "on_time", "late", "over_minutes"),
                name="leg_tally_by_day_and_place",
            ),
        ),
        migrations.AddIndex(
            model_name="legtally",
            index=models.Index(
                condition=models.Q(("procedure__isnull", False)),
                fields=["procedure", "day", "unit"],
                include=("place", "early", "on_time", "late"),
                name="leg_tally_by_procedure",
            ),
        ),
        migrations.AddIndex(
            model_name="legtally",
            index=models.Index(
                condition=models.Q(("step__isnull", False)),
                fields=["step", "day", "unit"],
                include=("place", "early", "on_time", "late"),
                name="leg_tally_by_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="legtally",
            constraint=models.UniqueConstraint(
                fields=("day", "unit", "place", "procedure", "step"), name="leg_tally_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="legtally",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("procedure", None), ("step", None)),
                    models.Q(
                        models.Q(("procedure", None), ("step", None), _connector="OR"),
                        models.Q(("place", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="leg_tally_is_of_one_sort",
            ),
        ),
    ]
