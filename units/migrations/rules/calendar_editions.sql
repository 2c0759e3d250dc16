-- Every content that the working calendar ever had is kept under its number, so that old due dates can be computed again.
-- A unit without hours of its own has those of the unit above it: so the calendar changes, too, when a unit moves into or
-- out of the reach of such hours, and the snapshot says where those units were.
-- No rollback or TRUNCATE turns the sequence back: no number ever stands for two contents.

CREATE SEQUENCE units_calendar_version_seq;

CREATE FUNCTION units_calendar_snapshot() RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object(
        'days', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'day', day, 'kind', kind, 'reason', reason, 'source', source, 'closes_at', closes_at
            ) ORDER BY day), '[]') FROM units_calendarday
        ),
        'years', (SELECT coalesce(jsonb_agg(year ORDER BY year), '[]') FROM units_calendaryear WHERE is_complete),
        'hours', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'unit_id', unit_id, 'weekday', weekday, 'opens', opens, 'closes', closes
            ) ORDER BY unit_id, weekday, opens), '[]') FROM units_openinghours WHERE counts
        ),
        'paths', (
            SELECT coalesce(jsonb_object_agg(id, path), '{}') FROM units_unit
            WHERE EXISTS (SELECT FROM units_openinghours WHERE strpos(path, '/' || unit_id || '/') > 0)
        )
    )
$$;

-- The row of the version is written first: whoever changes the calendar at the same time waits there, then sees it.
CREATE FUNCTION units_keep_calendar_edition() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    edition bigint;
BEGIN
    INSERT INTO units_calendarversion (id, number) VALUES (1, nextval('units_calendar_version_seq'))
    ON CONFLICT (id) DO UPDATE SET number = excluded.number
    RETURNING number INTO edition;
    INSERT INTO units_calendaredition (number, "at", content)
        SELECT edition, units_change_time(), units_calendar_snapshot();
END $$;

CREATE FUNCTION units_renew_calendar_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM units_keep_calendar_edition();
    RETURN NULL;
END $$;

CREATE TRIGGER renew_calendar_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON units_calendarday
    FOR EACH STATEMENT EXECUTE FUNCTION units_renew_calendar_version();
CREATE TRIGGER renew_calendar_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON units_calendaryear
    FOR EACH STATEMENT EXECUTE FUNCTION units_renew_calendar_version();
CREATE TRIGGER renew_calendar_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON units_openinghours
    FOR EACH STATEMENT EXECUTE FUNCTION units_renew_calendar_version();

CREATE FUNCTION units_renew_when_hours_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM before JOIN after USING (id) JOIN units_openinghours AS hours
            ON strpos(before.path, '/' || hours.unit_id || '/') > 0
            OR strpos(after.path, '/' || hours.unit_id || '/') > 0
        WHERE before.path <> after.path
    ) THEN
        PERFORM units_keep_calendar_edition();
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER renew_calendar_version AFTER UPDATE ON units_unit
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION units_renew_when_hours_move();

CREATE FUNCTION units_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON units_calendaredition
    FOR EACH ROW EXECUTE FUNCTION units_refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON units_calendaredition
    FOR EACH STATEMENT EXECUTE FUNCTION units_refuse_change();
