from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0014_codes_are_printed")]

    operations = [
        migrations.AddField(
            model_name="field",
            name="name_en",
            field=models.CharField(blank=True, max_length=200, verbose_name="tên tiếng Anh"),
        ),
    ]
