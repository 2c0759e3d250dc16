"""The counter: registering dossiers, reading identity cards, looking up applicants."""
