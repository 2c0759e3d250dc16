-- A committed term is never longer than the statutory term of a version in force at the same time, and the internal
-- process of a version never takes more working hours than its term holds.
-- procedures_term_fits and procedures_term_hours are the same rules as fits and process_hours in procedures/terms.py, with
-- the same careful conversion between calendar and working days. The triggers wait for the end of the transaction, so that
-- a version and its offerings may change together in any order.

CREATE FUNCTION procedures_term_hours(amount integer, unit text) RETURNS integer IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE unit
        WHEN 'same_day' THEN 8
        WHEN 'working_hour' THEN amount
        WHEN 'working_day' THEN amount * 8
        WHEN 'day' THEN amount * 5 / 7 * 8
        WHEN 'month' THEN amount * 28 * 5 / 7 * 8
    END
$$;

CREATE FUNCTION procedures_term_fits(amount integer, unit text, law_amount integer, law_unit text) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE
        WHEN unit = law_unit THEN amount <= law_amount
        WHEN unit = 'same_day' THEN true
        WHEN law_unit = 'same_day' THEN false
        WHEN unit IN ('working_hour', 'working_day')
            THEN procedures_term_hours(amount, unit) <= procedures_term_hours(law_amount, law_unit)
        WHEN law_unit IN ('working_hour', 'working_day')
            THEN amount * (CASE unit WHEN 'month' THEN 31 ELSE 1 END) * 8
                <= procedures_term_hours(law_amount, law_unit)
        WHEN unit = 'month' THEN amount * 31 <= law_amount
        ELSE amount <= law_amount * 28
    END
$$;

CREATE FUNCTION procedures_check_committed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM procedures_offering AS offering
        JOIN procedures_procedureversion AS version
            ON version.procedure_id = offering.procedure_id AND version.valid && offering.valid
        WHERE offering.procedure_id = NEW.procedure_id
            AND offering.committed_amount IS NOT NULL AND version.term_amount IS NOT NULL
            AND NOT procedures_term_fits(
                offering.committed_amount, offering.committed_unit, version.term_amount, version.term_unit
            )
    ) THEN
        RAISE check_violation USING
            MESSAGE = 'a committed term is longer than the statutory term',
            CONSTRAINT = 'offering_committed_within_statutory';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER offering_committed_within_statutory
    AFTER INSERT OR UPDATE ON procedures_offering DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.committed_amount IS NOT NULL) EXECUTE FUNCTION procedures_check_committed();
CREATE CONSTRAINT TRIGGER version_committed_within_statutory
    AFTER INSERT OR UPDATE OF procedure_id, valid, term_amount, term_unit ON procedures_procedureversion
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.term_amount IS NOT NULL) EXECUTE FUNCTION procedures_check_committed();

-- Parallel steps share a group above 0 and count once, by the longest. Every edition is checked, drafts too.
CREATE FUNCTION procedures_process_hours(process bigint) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT coalesce(sum(hours), 0) FROM (
        SELECT max(hours) AS hours FROM procedures_processstep WHERE process_id = process
        GROUP BY CASE WHEN "group" = 0 THEN -position - 1 ELSE "group" END
    ) AS turn
$$;

CREATE FUNCTION procedures_check_process() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row jsonb := to_jsonb(NEW);
BEGIN
    IF EXISTS (
        SELECT FROM procedures_process AS process
        JOIN procedures_procedureversion AS version ON version.id = process.version_id
        WHERE CASE TG_TABLE_NAME
            WHEN 'procedures_processstep' THEN process.id = (row ->> 'process_id')::bigint
            ELSE process.version_id = (row ->> 'id')::bigint
        END
            AND version.term_amount IS NOT NULL
            AND procedures_term_hours(version.term_amount, version.term_unit) < procedures_process_hours(process.id)
    ) THEN
        RAISE check_violation USING
            MESSAGE = 'the internal process takes longer than the term',
            CONSTRAINT = 'process_within_term';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER process_within_term
    AFTER INSERT OR UPDATE ON procedures_processstep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION procedures_check_process();
CREATE CONSTRAINT TRIGGER version_process_within_term
    AFTER UPDATE OF term_amount, term_unit ON procedures_procedureversion DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION procedures_check_process();
