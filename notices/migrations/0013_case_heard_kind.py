from django.db import migrations, models

import notices.models


class Migration(migrations.Migration):
    """Kinds of notices are asked for by name from here on."""

    dependencies = [
        ("notices", "0012_case_clock_kinds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(choices=notices.models.kinds, max_length=30, verbose_name="loại"),
        ),
    ]
