-- Nothing of a sealed case is readable: a case is sealed together with all that it holds, and nothing in plain text is
-- added to it afterwards. Its messages are marked secret.

CREATE FUNCTION complaints_refuse_plain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT is_sealed FROM complaints_case WHERE id = NEW.case_id) THEN
        RAISE EXCEPTION 'a sealed case keeps nothing in %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

DO $do$
DECLARE
    plain text;
BEGIN
    FOREACH plain IN ARRAY ARRAY[
        'complaints_casedossier',
        'complaints_casefile',
        'complaints_casemove',
        'complaints_casetext',
        'complaints_letter',
        'complaints_publication',
        'complaints_receptionentry',
        'complaints_reporter',
        'complaints_representative'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER nothing_plain_when_sealed BEFORE INSERT OR UPDATE ON %I
                FOR EACH ROW EXECUTE FUNCTION complaints_refuse_plain()', plain
        );
    END LOOP;
END $do$;

CREATE FUNCTION complaints_seal_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM complaints_reporter WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casetext WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casefile WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casedossier WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_letter WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_representative WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_receptionentry WHERE case_id = NEW.id) THEN
        RAISE EXCEPTION 'a case is sealed with everything it says' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER case_sealed_whole BEFORE UPDATE ON complaints_case FOR EACH ROW
    WHEN (NEW.is_sealed AND NOT OLD.is_sealed) EXECUTE FUNCTION complaints_seal_all();

CREATE FUNCTION complaints_seal_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM complaints_casemove WHERE case_id = NEW.id) THEN
        RAISE EXCEPTION 'a case is sealed with everything it says' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER case_sealed_with_its_moves BEFORE UPDATE ON complaints_case FOR EACH ROW
    WHEN (NEW.is_sealed AND NOT OLD.is_sealed) EXECUTE FUNCTION complaints_seal_moves();

CREATE FUNCTION complaints_seal_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM complaints_mail WHERE case_id = NEW.id AND NOT is_secret) THEN
        RAISE EXCEPTION 'a case is sealed with its messages' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER case_sealed_with_its_mail BEFORE UPDATE ON complaints_case FOR EACH ROW
    WHEN (NEW.is_sealed AND NOT OLD.is_sealed) EXECUTE FUNCTION complaints_seal_mail();

CREATE FUNCTION complaints_mail_of_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.is_secret AND (SELECT is_sealed FROM complaints_case WHERE id = NEW.case_id) THEN
        RAISE EXCEPTION 'a message of a sealed case is a secret' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER mail_secret_with_its_case BEFORE INSERT OR UPDATE ON complaints_mail
    FOR EACH ROW EXECUTE FUNCTION complaints_mail_of_sealed();
