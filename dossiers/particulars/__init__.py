"""What is handed in: the applicant, who comes for them, papers, fee and terms; fields and rows."""
