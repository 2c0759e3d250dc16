"""The page of one dossier for staff."""
