"""Running numbers without a gap and without a double."""
