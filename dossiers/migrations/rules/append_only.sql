-- History is only added to: events and readings of dossiers, returns, scans and their withdrawal, notes of staff.

CREATE FUNCTION dossiers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

DO $do$
DECLARE
    ledger text;
BEGIN
    FOREACH ledger IN ARRAY ARRAY[
        'dossiers_dossierevent',
        'dossiers_dossierreading',
        'dossiers_returnrecord',
        'dossiers_scan',
        'dossiers_scanwithdrawal',
        'dossiers_staffnote'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %I
                FOR EACH ROW EXECUTE FUNCTION dossiers_refuse_change()', ledger
        );
        EXECUTE format(
            'CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %I
                FOR EACH STATEMENT EXECUTE FUNCTION dossiers_refuse_change()', ledger
        );
    END LOOP;
END $do$;
