from django.db import migrations, models

KINDS = [("version", "Phiên bản mới"), ("withdrawal", "Bãi bỏ"), ("offices", "Nơi nhận")]


class Migration(migrations.Migration):
    dependencies = [("procedures", "0012_form_files")]

    operations = [
        migrations.AlterField(
            model_name="proceduredraft",
            name="kind",
            field=models.CharField(choices=KINDS, default="version", max_length=10, verbose_name="việc"),
        ),
        migrations.AlterField(
            model_name="publication", name="kind", field=models.CharField(choices=KINDS, max_length=10)
        ),
    ]
