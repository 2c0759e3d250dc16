-- The ledger of accounts is only added to, and a proposal that was decided stays as it is.

CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON accounts_accountevent
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON accounts_accountevent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();

CREATE TRIGGER decided_proposal_stays BEFORE UPDATE ON accounts_proposal
    FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER proposal_stays BEFORE DELETE ON accounts_proposal
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER proposals_stay BEFORE TRUNCATE ON accounts_proposal
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
