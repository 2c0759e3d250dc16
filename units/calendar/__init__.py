"""The working calendar of an office: read from its rows, changed by two people, shown as opening hours."""
