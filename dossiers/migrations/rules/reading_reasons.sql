-- Reasons of readings are only added to.

CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON dossiers_readingreason
    FOR EACH ROW EXECUTE FUNCTION dossiers_refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON dossiers_readingreason
    FOR EACH STATEMENT EXECUTE FUNCTION dossiers_refuse_change();
