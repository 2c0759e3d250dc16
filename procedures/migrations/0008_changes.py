"""Who changed what: every row of the catalogue that is added, changed or taken away is written down by the database.

The person is the setting `motcua.actor` of the transaction, see `procedures.actions.recording`. The columns that
searching reads are made of others and left out.
"""

from django.db import migrations

WATCHED = (
    *("procedure", "procedureversion", "channel", "requireddocument", "step", "offering"),
    *("process", "processstep", "proceduredraft"),
)

NOTE = """
CREATE FUNCTION procedures_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    derived CONSTANT text[] := ARRAY['search', 'name_folded', 'rest_folded', 'sort_key'];
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - derived END;
    now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - derived END;
    one jsonb := coalesce(now, was);
    version bigint;
    owner bigint;
BEGIN
    IF was IS NOT DISTINCT FROM now THEN
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
        SELECT jsonb_object_agg(key, was -> key), jsonb_object_agg(key, value) INTO was, now
            FROM jsonb_each(now) WHERE value IS DISTINCT FROM was -> key;
    END IF;
    INSERT INTO procedures_cataloguechange ("at", actor_id, procedure_id, "table", "row", operation, before, after)
    VALUES (
        clock_timestamp(), nullif(current_setting('motcua.actor', true), '')::bigint, owner, TG_TABLE_NAME,
        (one ->> 'id')::bigint, TG_OP, was, now
    );
    RETURN NULL;
END $$;

CREATE FUNCTION procedures_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON procedures_cataloguechange
    FOR EACH ROW EXECUTE FUNCTION procedures_refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON procedures_cataloguechange
    FOR EACH STATEMENT EXECUTE FUNCTION procedures_refuse_change();
""" + "".join(
    f"""
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON procedures_{table}
    FOR EACH ROW EXECUTE FUNCTION procedures_note_change();
"""
    for table in WATCHED
)

DROP = (
    "".join(f"DROP TRIGGER note_change ON procedures_{table};\n" for table in WATCHED)
    + """
DROP TRIGGER append_only_rows ON procedures_cataloguechange;
DROP TRIGGER append_only_table ON procedures_cataloguechange;
DROP FUNCTION procedures_note_change();
DROP FUNCTION procedures_refuse_change();
"""
)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0007_editing")]

    operations = [migrations.RunSQL(NOTE, DROP)]
