"""A file of the national database waits until a second person applies it; and lines of texts end one way."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

PLAIN_LINES = """
UPDATE procedures_procedureversion SET conditions = replace(replace(conditions, E'\\r\\n', E'\\n'), E'\\r', E'\\n')
    WHERE conditions LIKE E'%\\r%';
UPDATE procedures_step SET text = replace(replace(text, E'\\r\\n', E'\\n'), E'\\r', E'\\n') WHERE text LIKE E'%\\r%';
"""


def person(words: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=words,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0020_codes_are_addresses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(PLAIN_LINES, migrations.RunSQL.noop),
        migrations.RenameField("catalogueupdate", "applied_by", "author"),
        migrations.AddField("catalogueupdate", "created_at", models.DateTimeField(null=True, verbose_name="nạp lúc")),
        migrations.RunSQL("UPDATE procedures_catalogueupdate SET created_at = applied_at;", migrations.RunSQL.noop),
        migrations.AlterField("catalogueupdate", "created_at", models.DateTimeField(verbose_name="nạp lúc")),
        migrations.AlterField(
            "catalogueupdate", "applied_at", models.DateTimeField(null=True, verbose_name="áp dụng lúc")
        ),
        migrations.AddField("catalogueupdate", "records", models.BinaryField(null=True)),
        migrations.AddField("catalogueupdate", "unread", models.JSONField(default=dict)),
        migrations.AddField(
            "catalogueupdate",
            "level",
            models.CharField(blank=True, default="", max_length=20, verbose_name="cấp của thủ tục mới"),
            preserve_default=False,
        ),
        migrations.AddField(
            "catalogueupdate",
            "decision",
            models.CharField(blank=True, default="", max_length=200, verbose_name="quyết định công bố"),
            preserve_default=False,
        ),
        migrations.AddField(
            "catalogueupdate", "decided_on", models.DateField(null=True, verbose_name="ngày ký quyết định")
        ),
        migrations.AddField("catalogueupdate", "approver", person("người duyệt", null=True)),
        migrations.AddField("catalogueupdate", "dropped_at", models.DateTimeField(null=True, verbose_name="bỏ lúc")),
        migrations.AddField("catalogueupdate", "dropped_by", person("người bỏ", null=True)),
        migrations.AlterModelOptions(
            "catalogueupdate",
            {
                "ordering": ["-created_at", "-id"],
                "verbose_name": "lượt cập nhật danh mục",
                "verbose_name_plural": "lượt cập nhật danh mục",
            },
        ),
        migrations.AddConstraint(
            "catalogueupdate",
            models.CheckConstraint(
                name="catalogue_update_two_people", condition=Q(approver=None) | ~Q(approver=F("author"))
            ),
        ),
        migrations.AddConstraint(
            "catalogueupdate",
            models.CheckConstraint(
                name="catalogue_update_applied_first",
                condition=Q(applied_at__isnull=False) | Q(approver=None, undone_at=None),
            ),
        ),
        migrations.AddConstraint(
            "catalogueupdate",
            models.CheckConstraint(
                name="catalogue_update_waits_with_records",
                condition=Q(records=None) | Q(applied_at=None, dropped_at=None),
            ),
        ),
        migrations.AddConstraint(
            "catalogueupdate",
            models.CheckConstraint(
                name="catalogue_update_dropped_whole",
                condition=Q(dropped_at=None, dropped_by=None)
                | Q(dropped_at__isnull=False, dropped_by__isnull=False, applied_at=None),
            ),
        ),
        migrations.AddConstraint(
            "catalogueupdate",
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(applied_at=None, dropped_at=None), name="catalogue_update_waits_once"
            ),
        ),
    ]
