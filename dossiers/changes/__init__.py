"""Changes that affect many dossiers at once: calendar changes and reorganisations."""
