-- As before; made again, since the type of `data` was rewritten.

CREATE OR REPLACE TRIGGER slip_stays BEFORE UPDATE ON dossiers_slip FOR EACH ROW
    WHEN (
        OLD.data IS DISTINCT FROM NEW.data
        OR OLD.form <> NEW.form
        OR OLD.unit_id <> NEW.unit_id
        OR OLD.year <> NEW.year
        OR OLD.number <> NEW.number
        OR OLD.version <> NEW.version
        OR OLD.issued_at <> NEW.issued_at
        OR OLD.dossier_id IS DISTINCT FROM NEW.dossier_id
        OR OLD.replaced_at IS NOT NULL AND OLD.replaced_at IS DISTINCT FROM NEW.replaced_at
    )
    EXECUTE FUNCTION dossiers_keep_slip();
