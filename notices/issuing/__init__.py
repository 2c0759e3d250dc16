"""Writing notices into the outbox, and marking them as seen."""
