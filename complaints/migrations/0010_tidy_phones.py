"""Numbers typed with blanks or dots were kept so, and the hotline's look-up did not find them."""

from django.db import migrations

TIDY = """
UPDATE complaints_reporter SET phone = regexp_replace(regexp_replace(phone, '^\\s*\\+84', '0'), '\\D', '', 'g')
WHERE phone ~ '\\D' AND length(regexp_replace(phone, '\\D', '', 'g')) >= 9
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_calendar_of_cases")]

    operations = [migrations.RunSQL(TIDY, migrations.RunSQL.noop)]
