"""A signed report is never changed, removed, nor emptied away with its table."""

from django.db import migrations

CREATE = """
CREATE FUNCTION reporting_keep_signed_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a signed report never changes: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER signed_report_stays BEFORE UPDATE OR DELETE ON reporting_signedreport
    FOR EACH ROW EXECUTE FUNCTION reporting_keep_signed_report();
CREATE TRIGGER signed_reports_stay BEFORE TRUNCATE ON reporting_signedreport
    FOR EACH STATEMENT EXECUTE FUNCTION reporting_keep_signed_report();
"""

DROP = """
DROP TRIGGER signed_reports_stay ON reporting_signedreport;
DROP TRIGGER signed_report_stays ON reporting_signedreport;
DROP FUNCTION reporting_keep_signed_report();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0008_signed_reports")]

    operations = [migrations.RunSQL(CREATE, DROP)]
