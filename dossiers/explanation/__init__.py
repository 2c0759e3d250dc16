"""Why a dossier's date is what it is, where it is and what was done with it, in words."""
