-- Who changed what: the database records every row of the catalogue that is added, changed or removed, and the record is
-- only added to. The person is the setting motcua.actor of the transaction (procedures/actions/recording.py).
-- Columns derived for searching are left out.

CREATE FUNCTION procedures_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    derived CONSTANT text[] := ARRAY['search', 'name_folded', 'rest_folded', 'sort_key'];
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - derived END;
    is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - derived END;
    one jsonb := coalesce(is_now, was);
    version bigint;
    owner bigint;
BEGIN
    IF was IS NOT DISTINCT FROM is_now THEN
        RETURN NULL;
    END IF;
    version := coalesce(
        (one ->> 'version_id')::bigint,
        (SELECT version_id FROM procedures_process WHERE id = (one ->> 'process_id')::bigint)
    );
    owner := CASE
        WHEN TG_TABLE_NAME = 'procedures_procedure' THEN (one ->> 'id')::bigint
        WHEN one ? 'procedure_id' THEN (one ->> 'procedure_id')::bigint
        ELSE (SELECT procedure_id FROM procedures_procedureversion WHERE id = version)
    END;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(key, was -> key), jsonb_object_agg(key, value) INTO was, is_now
            FROM jsonb_each(is_now) WHERE value IS DISTINCT FROM was -> key;
    END IF;
    INSERT INTO procedures_cataloguechange ("at", actor_id, procedure_id, "table", "row", operation, before, after)
    VALUES (
        units_change_time(), nullif(current_setting('motcua.actor', true), '')::bigint, owner, TG_TABLE_NAME,
        (one ->> 'id')::bigint, TG_OP, was, is_now
    );
    RETURN NULL;
END $$;

DO $do$
DECLARE
    watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY[
        'procedures_abbreviation',
        'procedures_catalogueupdate',
        'procedures_channel',
        'procedures_field',
        'procedures_formfile',
        'procedures_offering',
        'procedures_postedcheck',
        'procedures_postedcheckline',
        'procedures_procedure',
        'procedures_proceduredraft',
        'procedures_procedureversion',
        'procedures_process',
        'procedures_processstep',
        'procedures_publication',
        'procedures_requireddocument',
        'procedures_step'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON %I
                FOR EACH ROW EXECUTE FUNCTION procedures_note_change()', watched
        );
    END LOOP;
END $do$;

CREATE FUNCTION procedures_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON procedures_cataloguechange
    FOR EACH ROW EXECUTE FUNCTION procedures_refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON procedures_cataloguechange
    FOR EACH STATEMENT EXECUTE FUNCTION procedures_refuse_change();
