from django.db import migrations


class Migration(migrations.Migration):
    """The table of look-up tries counts every kind of try: accounts owns it from 0007_attempt_counter on.

    Rows written before are of no use to it; they are removed as the others are, for their time is over.
    """

    dependencies = [
        ("dossiers", "0023_stale_open"),
    ]

    operations = [
        migrations.DeleteModel(name="PhoneTry"),
        migrations.RenameField(model_name="lookuptry", old_name="visitor", new_name="key"),
        migrations.RenameField(model_name="lookuptry", old_name="last_at", new_name="forget_at"),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="LookupTry")]),
    ]
