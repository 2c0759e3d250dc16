-- A signed report is never changed, removed, nor emptied with its table.

CREATE FUNCTION reporting_keep_signed_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a signed report never changes: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER signed_report_stays BEFORE UPDATE OR DELETE ON reporting_signedreport
    FOR EACH ROW EXECUTE FUNCTION reporting_keep_signed_report();
CREATE TRIGGER signed_reports_stay BEFORE TRUNCATE ON reporting_signedreport
    FOR EACH STATEMENT EXECUTE FUNCTION reporting_keep_signed_report();
