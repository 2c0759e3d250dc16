"""Uploads wait for their cleaning as rows; those kept before have been cleaned already."""

from django.conf import settings
from django.db import migrations, models

UNTIL_CLEANED = """
DROP TRIGGER file_stays ON files_storedfile;
CREATE TRIGGER file_stays BEFORE UPDATE ON files_storedfile FOR EACH ROW
    WHEN (OLD.state <> 'checking') EXECUTE FUNCTION files_keep_file();
"""
ALWAYS = """
DROP TRIGGER file_stays ON files_storedfile;
CREATE TRIGGER file_stays BEFORE UPDATE ON files_storedfile FOR EACH ROW EXECUTE FUNCTION files_keep_file();
"""
STATES = [("checking", "đang kiểm tra"), ("clean", "đọc được"), ("unfit", "không mở được")]


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0002_word_forms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="facts",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="fault",
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="sent_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="storedfile",
            name="state",
            field=models.CharField(choices=STATES, default="clean", max_length=8, verbose_name="tình trạng"),
        ),
        migrations.AlterField(
            model_name="storedfile",
            name="state",
            field=models.CharField(choices=STATES, default="checking", max_length=8, verbose_name="tình trạng"),
        ),
        migrations.AddIndex(
            model_name="storedfile",
            index=models.Index(
                condition=models.Q(("state", "checking")), fields=["uploaded_at"], name="file_checking"
            ),
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "unfit"), models.Q(("fault", ""), _negated=True)),
                    models.Q(("fault", ""), ("state__in", ["checking", "clean"])),
                    _connector="OR",
                ),
                name="file_unfit_for_a_fault",
            ),
        ),
        migrations.RunSQL(UNTIL_CLEANED, ALWAYS),
    ]
