-- What identifies a dossier, and what its promise depends on, never changes. Only acceptance may pin another version; only
-- a recorded correction or reorganisation may change the office, procedure, version or offering. The secret and the key
-- of links may be renewed at any time.

CREATE OR REPLACE FUNCTION dossiers_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.code = NEW.code AND OLD.receiving_desk_id = NEW.receiving_desk_id AND OLD.request_key = NEW.request_key
        AND OLD.submitted_at = NEW.submitted_at
        AND (OLD.received_at IS NULL OR OLD.received_at IS NOT DISTINCT FROM NEW.received_at)
        AND (OLD.book_number IS NULL OR OLD.book_number IS NOT DISTINCT FROM NEW.book_number)
        AND (OLD.book_year IS NULL OR OLD.book_year IS NOT DISTINCT FROM NEW.book_year)
        AND ((
            OLD.received_at IS NULL AND NEW.received_at IS NOT NULL
            AND OLD.desk_id = NEW.desk_id AND OLD.procedure_id = NEW.procedure_id AND OLD.offering_id = NEW.offering_id
        ) OR EXISTS (
            SELECT FROM dossiers_dossierevent AS event
            WHERE event.dossier_id = OLD.id AND event.kind IN ('corrected', 'continued')
        ))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the code, receiving office, key and receipt of dossier % never change', OLD.code
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE TRIGGER dossier_keeps_identity BEFORE UPDATE ON dossiers_dossier FOR EACH ROW
    WHEN (
        OLD.code <> NEW.code
        OR OLD.receiving_desk_id <> NEW.receiving_desk_id
        OR OLD.desk_id <> NEW.desk_id
        OR OLD.request_key <> NEW.request_key
        OR OLD.procedure_id <> NEW.procedure_id
        OR OLD.version_id <> NEW.version_id
        OR OLD.offering_id <> NEW.offering_id
        OR OLD.submitted_at <> NEW.submitted_at
        OR (OLD.book_number IS NOT NULL AND OLD.book_number IS DISTINCT FROM NEW.book_number)
        OR (OLD.book_year IS NOT NULL AND OLD.book_year IS DISTINCT FROM NEW.book_year)
        OR (OLD.received_at IS NOT NULL AND OLD.received_at IS DISTINCT FROM NEW.received_at)
    )
    EXECUTE FUNCTION dossiers_keep_identity();
