"""Made-up cases of four years, by the same rules as real ones; every date follows from events."""
