from django.db import migrations, models

# What a draft holds names everything that a version says.
DRAFTS = """
UPDATE procedures_proceduredraft SET content = content || '{"name_en": ""}'
    WHERE kind = 'version' AND NOT content ? 'name_en'
"""


class Migration(migrations.Migration):
    dependencies = [("procedures", "0009_posted_checks")]

    operations = [
        migrations.AddField(
            model_name="procedureversion",
            name="name_en",
            field=models.CharField(blank=True, max_length=400, verbose_name="tên tiếng Anh"),
        ),
        migrations.RunSQL(DRAFTS, migrations.RunSQL.noop),
    ]
