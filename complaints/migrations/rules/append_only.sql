-- History is only added to: events of cases, and who read cases, messages and registers.

CREATE FUNCTION complaints_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

DO $do$
DECLARE
    ledger text;
BEGIN
    FOREACH ledger IN ARRAY ARRAY[
        'complaints_caseevent',
        'complaints_casereading',
        'complaints_mailreading',
        'complaints_registerreading'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %I
                FOR EACH ROW EXECUTE FUNCTION complaints_refuse_change()', ledger
        );
        EXECUTE format(
            'CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %I
                FOR EACH STATEMENT EXECUTE FUNCTION complaints_refuse_change()', ledger
        );
    END LOOP;
END $do$;
