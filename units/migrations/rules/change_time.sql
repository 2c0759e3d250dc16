-- The time of a change of the calendar and the catalogue is given by whoever makes it (units/database/change_time.py): the
-- database reads no clock, and refuses a change whose time was not given.

CREATE FUNCTION units_change_time() RETURNS timestamptz STABLE LANGUAGE plpgsql AS $$
DECLARE
    given text := nullif(current_setting('motcua.at', true), '');
BEGIN
    IF given IS NULL THEN
        RAISE EXCEPTION 'the time of this change was not given' USING
            ERRCODE = 'not_null_violation',
            HINT = 'First, in the same transaction: SELECT set_config(''motcua.at'', ''2026-12-02T09:00+07'', true)';
    END IF;
    RETURN given::timestamptz;
END $$;
