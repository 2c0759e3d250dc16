"""The citizen's pages of a dossier: look-up, following, feeds, rating."""
