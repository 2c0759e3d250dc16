"""The official codes of offices are told by the open API: a change of them is a change of what the catalogue prints."""

from django.db import migrations

RENEW = """
CREATE TRIGGER renew_catalogue_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON units_unitidentifier
    FOR EACH STATEMENT EXECUTE FUNCTION procedures_renew_catalogue_version();
"""


class Migration(migrations.Migration):
    dependencies = [("procedures", "0013_draft_of_offices"), ("units", "0007_duty_posts")]

    operations = [
        migrations.RunSQL(RENEW, "DROP TRIGGER renew_catalogue_version ON units_unitidentifier;"),
    ]
