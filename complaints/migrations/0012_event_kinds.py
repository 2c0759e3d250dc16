from django.db import migrations, models

import complaints.models.cases


class Migration(migrations.Migration):
    """Kinds of acts on cases are asked for by name from here on."""

    dependencies = [
        ("complaints", "0011_group_in_english"),
    ]

    operations = [
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(choices=complaints.models.cases.event_kinds, max_length=20, verbose_name="việc"),
        ),
    ]
