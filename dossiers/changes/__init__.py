"""What moves many dossiers at once: a changed calendar, reorganised offices."""
