"""The time of a change of the catalogue is given by whoever makes it, see `procedures.actions.recording`."""

from django.db import migrations, models

NOTE = """
CREATE OR REPLACE FUNCTION procedures_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
        {time}, nullif(current_setting('motcua.actor', true), '')::bigint, owner, TG_TABLE_NAME,
        (one ->> 'id')::bigint, TG_OP, was, is_now
    );
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION procedures_renew_catalogue_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO procedures_catalogueversion (id, number, loaded, changed_at)
    VALUES (1, nextval('procedures_catalogue_version_seq'), '', {time})
    ON CONFLICT (id) DO UPDATE SET number = excluded.number, changed_at = excluded.changed_at;
    RETURN NULL;
END $$;
"""
GIVEN = NOTE.replace("{time}", "units_change_time()")
BEFORE = NOTE.replace("{time}", "clock_timestamp()")


class Migration(migrations.Migration):
    dependencies = [("procedures", "0021_updates_wait"), ("units", "0009_time_is_given")]

    operations = [
        migrations.RunSQL(GIVEN, BEFORE),
        migrations.AlterField(model_name="catalogueversion", name="changed_at", field=models.DateTimeField()),
    ]
