"""What the catalogue must never hold, and the version number of what it prints.

- A committed term is never longer than the statutory term of a version in force at the same time.
- The internal process of a version never shares out more working hours than its term holds.

`procedures_term_fits` and `procedures_term_hours` are the same rules as `procedures.terms.fits` and `process_hours`,
with the same careful conversion between calendar and working days. Both triggers wait for the end of the transaction,
so that a version and its offerings may change together in any order.
"""

from django.db import migrations

RULES = """
CREATE FUNCTION procedures_term_hours(amount integer, unit text) RETURNS integer IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE unit
        WHEN 'same_day' THEN 8
        WHEN 'working_hour' THEN amount
        WHEN 'working_day' THEN amount * 8
        WHEN 'day' THEN amount * 5 / 7 * 8
        WHEN 'month' THEN amount * 28 * 5 / 7 * 8
    END
$$;

CREATE FUNCTION procedures_term_fits(amount integer, unit text, law_amount integer, law_unit text)
RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
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

CREATE FUNCTION procedures_check_process() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := CASE TG_TABLE_NAME
        WHEN 'procedures_processstep' THEN (to_jsonb(NEW) ->> 'version_id')::bigint
        ELSE NEW.id
    END;
BEGIN
    IF EXISTS (
        SELECT FROM procedures_procedureversion AS version
        WHERE version.id = checked AND version.term_amount IS NOT NULL
            AND procedures_term_hours(version.term_amount, version.term_unit)
                < (SELECT sum(hours) FROM procedures_processstep WHERE version_id = checked)
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
"""

DROP_RULES = """
DROP TRIGGER version_process_within_term ON procedures_procedureversion;
DROP TRIGGER process_within_term ON procedures_processstep;
DROP FUNCTION procedures_check_process();
DROP TRIGGER version_committed_within_statutory ON procedures_procedureversion;
DROP TRIGGER offering_committed_within_statutory ON procedures_offering;
DROP FUNCTION procedures_check_committed();
DROP FUNCTION procedures_term_fits(integer, text, integer, text);
DROP FUNCTION procedures_term_hours(integer, text);
"""

# The names of offices and of their kinds are printed in the filters of the catalogue.
PRINTED = (
    *("procedures_field", "procedures_procedure", "procedures_procedureversion", "procedures_offering"),
    *("procedures_requireddocument", "units_unit", "units_unitkind"),
)

# The number comes from a sequence that no rollback turns back, so no number ever stands for two contents.
NUMBER = """
CREATE SEQUENCE procedures_catalogue_version_seq;
CREATE FUNCTION procedures_renew_catalogue_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO procedures_catalogueversion (id, number, loaded)
    VALUES (1, nextval('procedures_catalogue_version_seq'), '')
    ON CONFLICT (id) DO UPDATE SET number = excluded.number;
    RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER renew_catalogue_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION procedures_renew_catalogue_version();
"""
    for table in PRINTED
)

DROP_NUMBER = "".join(f"DROP TRIGGER renew_catalogue_version ON {table};\n" for table in PRINTED) + (
    "DROP FUNCTION procedures_renew_catalogue_version();\nDROP SEQUENCE procedures_catalogue_version_seq;"
)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial"), ("units", "0001_initial")]

    operations = [migrations.RunSQL(RULES, DROP_RULES), migrations.RunSQL(NUMBER, DROP_NUMBER)]
