"""Who changed what, of the rest of the catalogue too: fields, abbreviations, blank forms, publications, updates, checks."""

from django.db import migrations

WATCHED = ("field", "abbreviation", "formfile", "publication", "catalogueupdate", "postedcheck", "postedcheckline")

NOTE = "".join(
    f"""
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON procedures_{table}
    FOR EACH ROW EXECUTE FUNCTION procedures_note_change();
"""
    for table in WATCHED
)
DROP = "".join(f"DROP TRIGGER note_change ON procedures_{table};\n" for table in WATCHED)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0018_recorded_by")]

    operations = [migrations.RunSQL(NOTE, DROP)]
