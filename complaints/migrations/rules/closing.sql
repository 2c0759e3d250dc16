-- A call is closed only with its written record, and a report from the street is answered as dealt with only where a file
-- shows it.

CREATE FUNCTION complaints_call_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM complaints_casetext WHERE case_id = NEW.case_id AND sort = 'content')
        AND NOT EXISTS (SELECT FROM complaints_sealedbox WHERE case_id = NEW.case_id AND what = 'content') THEN
        RAISE EXCEPTION 'a call without a written record cannot be closed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER call_closed_with_its_record BEFORE INSERT OR UPDATE ON complaints_call FOR EACH ROW
    WHEN (NEW.closed_at IS NOT NULL) EXECUTE FUNCTION complaints_call_is_written();

CREATE FUNCTION complaints_shown_as_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM complaints_casefile WHERE case_id = NEW.id AND is_evidence) THEN
        RAISE EXCEPTION 'a report from the street is dealt with where something shows it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER case_shown_as_done BEFORE UPDATE ON complaints_case FOR EACH ROW
    WHEN (
        NEW.kind = 'field_report' AND NEW.outcome = 'dealt_with' AND NEW.status = 'answered'
        AND OLD.status <> 'answered'
    )
    EXECUTE FUNCTION complaints_shown_as_done();
