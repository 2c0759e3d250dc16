"""Tallies by month, and of what was late by whose it was. Both follow from what is there already."""

import django.db.models.deletion
from django.db import migrations, models

MONTHS = """
    INSERT INTO reporting_monthtally (unit_id, month, procedure_id, desk_id, channel, received, early, on_time, late,
        refused, withdrawn, reappointed, over_minutes, answered, answered_late)
    SELECT unit_id, date_trunc('month', day)::date, procedure_id, desk_id, channel, sum(received), sum(early),
        sum(on_time), sum(late), sum(refused), sum(withdrawn), sum(reappointed), sum(over_minutes), sum(answered),
        sum(answered_late)
    FROM reporting_dailytally GROUP BY 1, 2, 3, 4, 5 ORDER BY channel <> '', 2, 1
"""
LATENESS = """
    INSERT INTO reporting_latetally (unit_id, month, late_unit_id, late_cause, dossiers)
    SELECT handler_id, date_trunc('month', finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, late_unit_id,
        late_cause, count(*)
    FROM dossiers_dossier WHERE late_unit_id IS NOT NULL AND finished_at IS NOT NULL GROUP BY 1, 2, 3, 4
"""


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0009_posted_checks"),
        ("reporting", "0010_cases"),
        ("units", "0007_duty_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="LateTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "late_cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("workload", "Quá nhiều hồ sơ"),
                            ("staff", "Thiếu người: nghỉ ốm, nghỉ phép"),
                            ("verification", "Thẩm tra, xác minh kéo dài"),
                            ("consultation", "Đơn vị được hỏi trả lời chậm"),
                            ("handover", "Bàn giao chậm giữa các đơn vị"),
                            ("system", "Sự cố máy móc, phần mềm"),
                            ("law", "Vướng quy định, chờ hướng dẫn"),
                            ("applicant", "Phía người nộp"),
                            ("other", "Nguyên nhân khác"),
                        ],
                        max_length=20,
                    ),
                ),
                ("month", models.DateField()),
                ("dossiers", models.PositiveIntegerField()),
                (
                    "late_unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
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
                "verbose_name": "số trễ hạn trong tháng",
                "verbose_name_plural": "số trễ hạn trong tháng",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "unit", "late_unit", "late_cause"),
                        include=("dossiers",),
                        name="late_tally_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="late_tally_of_a_month"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("desk", "Trực tiếp"), ("post", "Bưu chính công ích"), ("online", "Trực tuyến")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("month", models.DateField()),
                ("received", models.PositiveIntegerField(default=0)),
                ("early", models.PositiveIntegerField(default=0)),
                ("on_time", models.PositiveIntegerField(default=0)),
                ("late", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("withdrawn", models.PositiveIntegerField(default=0)),
                ("reappointed", models.PositiveIntegerField(default=0)),
                ("over_minutes", models.PositiveBigIntegerField(default=0)),
                ("answered", models.PositiveIntegerField(default=0)),
                ("answered_late", models.PositiveIntegerField(default=0)),
                (
                    "desk",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="procedures.procedure",
                    ),
                ),
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
                "verbose_name": "số đếm trong tháng",
                "verbose_name_plural": "số đếm trong tháng",
                "indexes": [
                    models.Index(
                        condition=models.Q(("desk", None), ("procedure", None)),
                        fields=["month", "unit"],
                        name="month_totals_by_month",
                    ),
                    models.Index(
                        condition=models.Q(("procedure__isnull", False)),
                        fields=["month", "unit"],
                        name="month_by_procedure",
                    ),
                    models.Index(
                        condition=models.Q(("desk__isnull", False)), fields=["month", "unit"], name="month_by_desk"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "unit", "procedure", "desk", "channel"),
                        name="month_tally_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", ""), ("desk", None), ("procedure", None)),
                            models.Q(
                                ("desk__isnull", False), ("procedure", None), models.Q(("channel", ""), _negated=True)
                            ),
                            models.Q(
                                ("desk", None), ("procedure__isnull", False), models.Q(("channel", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="month_tally_is_of_one_sort",
                    ),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="month_tally_of_a_month"),
                ],
            },
        ),
        migrations.RunSQL(MONTHS, migrations.RunSQL.noop),
        migrations.RunSQL(LATENESS, migrations.RunSQL.noop),
    ]
