"""Tallies by channel, desk and step, and what was open at the end of each day. All of it is counted again from its sources:
the old rows go, and every day is marked."""

import django.db.models.deletion
from django.db import migrations, models

FORGET = "DELETE FROM reporting_dailytally; DELETE FROM reporting_legtally"
MARK = """
    INSERT INTO dossiers_staleday (unit_id, day)
    SELECT handler_id, (received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    FROM dossiers_dossier WHERE received_at IS NOT NULL
    UNION
    SELECT handler_id, (finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    FROM dossiers_dossier WHERE finished_at IS NOT NULL
    UNION
    SELECT unit_id, (finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    FROM dossiers_dossierleg WHERE finished_at IS NOT NULL AND NOT skipped
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0004_whole_life"),
        ("procedures", "0005_abbreviations"),
        ("reporting", "0002_legtally"),
        ("units", "0007_duty_posts"),
    ]

    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="OpenTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("running", models.PositiveIntegerField(default=0)),
                ("overdue", models.PositiveIntegerField(default=0)),
                ("supplement", models.PositiveIntegerField(default=0)),
                ("payment", models.PositiveIntegerField(default=0)),
                ("paused", models.PositiveIntegerField(default=0)),
                ("unaccepted", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "số đang mở cuối ngày",
                "verbose_name_plural": "số đang mở cuối ngày",
            },
        ),
        migrations.RemoveConstraint(
            model_name="dailytally",
            name="tally_once_per_day_unit_procedure",
        ),
        migrations.RemoveConstraint(
            model_name="legtally",
            name="leg_tally_once_per_day_unit",
        ),
        migrations.RemoveIndex(
            model_name="dailytally",
            name="tally_totals_by_day",
        ),
        migrations.AddField(
            model_name="dailytally",
            name="answered",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="dailytally",
            name="answered_late",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="dailytally",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[("desk", "Trực tiếp"), ("post", "Bưu chính công ích"), ("online", "Trực tuyến")],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="dailytally",
            name="desk",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="units.unit",
            ),
        ),
        migrations.AddField(
            model_name="dailytally",
            name="over_minutes",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="dailytally",
            name="reappointed",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="legtally",
            name="over_minutes",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="legtally",
            name="place",
            field=models.CharField(
                blank=True,
                choices=[
                    ("desk", "Bộ phận một cửa"),
                    ("handler", "Đơn vị giải quyết"),
                    ("leader", "Lãnh đạo cơ quan"),
                    ("partner", "Cơ quan khác"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="dailytally",
            index=models.Index(
                condition=models.Q(("desk", None), ("procedure", None)),
                fields=["day", "unit"],
                include=(
                    "received",
                    "early",
                    "on_time",
                    "late",
                    "refused",
                    "withdrawn",
                    "reappointed",
                    "over_minutes",
                    "answered",
                    "answered_late",
                ),
                name="tally_totals_by_day",
            ),
        ),
        migrations.AddIndex(
            model_name="dailytally",
            index=models.Index(
                condition=models.Q(("desk__isnull", False)), fields=["day", "desk"], name="tally_by_day_and_desk"
            ),
        ),
        migrations.AddIndex(
            model_name="legtally",
            index=models.Index(
                condition=models.Q(("place", "")),
                fields=["day", "unit"],
                include=("early", "on_time", "late", "over_minutes"),
                name="leg_tally_totals_by_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="dailytally",
            constraint=models.UniqueConstraint(
                fields=("day", "unit", "procedure", "desk", "channel"), name="tally_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="dailytally",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", ""), ("desk", None), ("procedure", None)),
                    models.Q(("desk__isnull", False), ("procedure", None), models.Q(("channel", ""), _negated=True)),
                    models.Q(("desk", None), ("procedure__isnull", False), models.Q(("channel", ""), _negated=True)),
                    _connector="OR",
                ),
                name="tally_is_of_one_sort",
            ),
        ),
        migrations.AddConstraint(
            model_name="legtally",
            constraint=models.UniqueConstraint(fields=("day", "unit", "place"), name="leg_tally_once"),
        ),
        migrations.AddField(
            model_name="opentally",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="units.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="opentally",
            constraint=models.UniqueConstraint(
                fields=("day", "unit"),
                include=("running", "overdue", "supplement", "payment", "paused", "unaccepted"),
                name="open_tally_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="opentally",
            constraint=models.CheckConstraint(
                condition=models.Q(("overdue__lte", models.F("running"))), name="open_tally_overdue_ones_run"
            ),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
