"""Adds why a dossier was opened: the ground of each reading, and the reason of who had no task on it."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

RULES = Path(__file__).parent / "rules"
GROUNDS = [("task", "Có việc ở hồ sơ"), ("oversight", "Lãnh đạo kiểm tra"), ("none", "Không có việc ở hồ sơ")]
KINDS = [
    ("applicant", "Người nộp hỏi, tại quầy hoặc qua điện thoại"),
    ("complaint", "Trả lời phản ánh, khiếu nại"),
    ("colleague", "Làm giúp hoặc làm thay đồng nghiệp"),
    ("comparison", "Đối chiếu với hồ sơ khác"),
    ("other", "Việc khác, xin ghi bên dưới"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0004_reading_office_and_role"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "dossierreading",
            "ground",
            models.CharField(blank=True, choices=GROUNDS, db_default="", max_length=10, verbose_name="căn cứ mở"),
        ),
        migrations.CreateModel(
            name="ReadingReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="ngày")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("kind", models.CharField(choices=KINDS, max_length=12, verbose_name="lý do")),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="ghi thêm")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reading_reasons",
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "lý do mở hồ sơ",
                "verbose_name_plural": "lý do mở hồ sơ",
                "constraints": [
                    models.UniqueConstraint(fields=("dossier", "user", "day"), name="reading_reason_once_a_day"),
                    models.CheckConstraint(
                        condition=~Q(kind="other") | ~Q(words=""), name="reading_reason_has_its_words"
                    ),
                ],
            },
        ),
        migrations.RunSQL((RULES / "reading_reasons.sql").read_text()),
    ]
