-- A stored file never changes once it was checked and cleaned.

CREATE FUNCTION files_keep_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a kept file never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER file_stays BEFORE UPDATE ON files_storedfile FOR EACH ROW
    WHEN (OLD.state <> 'checking') EXECUTE FUNCTION files_keep_file();
