"""The particulars of a submission: applicant, proxy, papers, fee, terms; form fields and rows."""
