from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0015_mail_attempts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="sealedbox",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="sealedbox",
            name="state",
            field=models.CharField(
                choices=[("checking", "đang kiểm tra"), ("clean", "đọc được"), ("unfit", "không mở được")],
                default="clean",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="sealedbox",
            index=models.Index(condition=models.Q(("state", "checking")), fields=["at"], name="sealed_checking"),
        ),
        migrations.AddConstraint(
            model_name="sealedbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", "scan"), ("state", "clean"), _connector="OR"),
                name="sealed_words_need_no_check",
            ),
        ),
    ]
