"""Who may know of a sealed case."""
