-- The register book of a closed year takes no further number.

CREATE FUNCTION dossiers_keep_book_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM dossiers_closedbook WHERE desk_id = NEW.unit_id AND year = NEW.year) THEN
        RAISE EXCEPTION 'the book of % is closed', NEW.year USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER book_stays_closed BEFORE INSERT OR UPDATE ON dossiers_yearcounter FOR EACH ROW
    WHEN (NEW.series = 'book') EXECUTE FUNCTION dossiers_keep_book_closed();
