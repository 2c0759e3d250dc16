"""The law of working days, terms, due dates and pauses. Pure."""
