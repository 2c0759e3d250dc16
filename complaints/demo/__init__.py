"""Made-up voices of four years, lived through the same rules as real ones; every date follows from events."""
