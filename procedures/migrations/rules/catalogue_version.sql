-- The catalogue's version number is renewed by every change of what pages and the API show of it: names and official codes
-- of offices and their kinds too. Caches ask for this number.
-- No rollback turns the sequence back: no number ever stands for two contents.

CREATE SEQUENCE procedures_catalogue_version_seq;

CREATE FUNCTION procedures_renew_catalogue_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO procedures_catalogueversion (id, number, loaded, changed_at)
    VALUES (1, nextval('procedures_catalogue_version_seq'), '', units_change_time())
    ON CONFLICT (id) DO UPDATE SET number = excluded.number, changed_at = excluded.changed_at;
    RETURN NULL;
END $$;

DO $do$
DECLARE
    watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY[
        'procedures_abbreviation',
        'procedures_channel',
        'procedures_field',
        'procedures_offering',
        'procedures_procedure',
        'procedures_procedureversion',
        'procedures_process',
        'procedures_processstep',
        'procedures_requireddocument',
        'procedures_step',
        'units_unit',
        'units_unitidentifier',
        'units_unitkind'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER renew_catalogue_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I
                FOR EACH STATEMENT EXECUTE FUNCTION procedures_renew_catalogue_version()', watched
        );
    END LOOP;
END $do$;
