import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0005_abbreviations"),
        ("reporting", "0003_channels_desks_and_open"),
        ("units", "0007_duty_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="NightCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("until", models.DateField(verbose_name="đến hết ngày")),
            ],
            options={
                "verbose_name": "lần đếm ban đêm",
                "verbose_name_plural": "lần đếm ban đêm",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="CareTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("supplemented", models.PositiveIntegerField(default=0)),
                ("repeated", models.PositiveIntegerField(default=0)),
                ("requests", models.PositiveIntegerField(default=0)),
                ("reappointed", models.PositiveIntegerField(default=0)),
                ("late_apologies", models.PositiveIntegerField(default=0)),
                ("unapologised", models.PositiveIntegerField(default=0)),
                ("late_again", models.PositiveIntegerField(default=0)),
                (
                    "procedure",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
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
                "verbose_name": "số bổ sung và xin lỗi trong ngày",
                "verbose_name_plural": "số bổ sung và xin lỗi trong ngày",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "unit", "procedure"), name="care_tally_once_per_day_unit_procedure"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("weekday", models.PositiveSmallIntegerField()),
                ("hour", models.PositiveSmallIntegerField()),
                ("received", models.PositiveIntegerField()),
                (
                    "desk",
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
                "verbose_name": "số tiếp nhận theo giờ",
                "verbose_name_plural": "số tiếp nhận theo giờ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "desk", "weekday", "hour"), include=("received",), name="intake_hour_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StepTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("step", models.CharField(blank=True, max_length=200)),
                ("over", models.PositiveIntegerField()),
                ("legs", models.PositiveIntegerField()),
                ("minutes", models.PositiveBigIntegerField()),
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
                "verbose_name": "thời gian của bước",
                "verbose_name_plural": "thời gian của bước",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "unit", "step", "over"), include=("legs", "minutes"), name="step_time_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TermLeft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("percent", models.SmallIntegerField()),
                ("dossiers", models.PositiveIntegerField()),
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
                "verbose_name": "thời hạn còn lại",
                "verbose_name_plural": "thời hạn còn lại",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "unit", "percent"), include=("dossiers",), name="term_left_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsualTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("dossiers", models.PositiveIntegerField()),
                ("median", models.PositiveIntegerField()),
                ("ninetieth", models.PositiveIntegerField()),
                (
                    "procedure",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="procedures.procedure",
                    ),
                ),
                (
                    "unit",
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
            ],
            options={
                "verbose_name": "thời gian giải quyết thực tế",
                "verbose_name_plural": "thời gian giải quyết thực tế",
                "constraints": [
                    models.UniqueConstraint(fields=("procedure", "unit"), name="usual_time_once", nulls_distinct=False)
                ],
            },
        ),
    ]
