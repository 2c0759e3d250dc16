"""The counter: registering a dossier, with its form, the identity card, the look-up of the applicant."""
