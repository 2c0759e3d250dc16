"""Of a divided unit one part takes over what is open; of those known so far the one that was written first."""

from django.db import migrations, models

ONE_PART = """
    UPDATE units_unitsuccessor AS link SET takes_over = false
    WHERE EXISTS (SELECT FROM units_unitsuccessor first WHERE first.old_id = link.old_id AND first.id < link.id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0007_duty_posts"),
    ]

    operations = [
        migrations.AddField(
            model_name="unitsuccessor",
            name="takes_over",
            field=models.BooleanField(default=True, verbose_name="nhận việc đang giải quyết"),
        ),
        migrations.RunSQL(ONE_PART, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="unitsuccessor",
            constraint=models.UniqueConstraint(
                condition=models.Q(("takes_over", True)), fields=("old",), name="successor_takes_over_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="unitsuccessor",
            constraint=models.CheckConstraint(
                condition=models.Q(("share", "part"), ("takes_over", True), _connector="OR"),
                name="successor_of_all_takes_over",
            ),
        ),
    ]
