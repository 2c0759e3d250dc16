import django.db.models.deletion
from django.db import migrations, models

# What a draft holds names everything that a version says.
DRAFTS = """
UPDATE procedures_proceduredraft SET content = jsonb_set(
    content, '{papers}', (SELECT jsonb_agg('{"form": null}'::jsonb || paper) FROM jsonb_array_elements(content -> 'papers') paper)
) WHERE kind = 'version' AND jsonb_array_length(content -> 'papers') > 0
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0002_word_forms"), ("procedures", "0011_changed_at")]

    operations = [
        migrations.CreateModel(
            name="FormFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="tệp",
                    ),
                ),
            ],
            options={"verbose_name": "tệp mẫu", "verbose_name_plural": "tệp mẫu"},
        ),
        migrations.AddField(
            model_name="requireddocument",
            name="form",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="procedures.formfile",
                verbose_name="tệp mẫu",
            ),
        ),
        migrations.RunSQL(DRAFTS, migrations.RunSQL.noop),
    ]
