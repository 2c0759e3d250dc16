"""What moves many cases at once: a changed calendar, reorganised offices."""
