-- What identifies a case never changes.

CREATE FUNCTION complaints_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the code, receiving office, key and receipt of a case never change'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER case_keeps_identity BEFORE UPDATE ON complaints_case FOR EACH ROW
    WHEN (
        OLD.code <> NEW.code
        OR OLD.receiving_unit_id <> NEW.receiving_unit_id
        OR OLD.request_key <> NEW.request_key
        OR OLD.received_at <> NEW.received_at
    )
    EXECUTE FUNCTION complaints_keep_identity();
