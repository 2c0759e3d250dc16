"""Editing the catalogue: one editor writes, another publishes; updates from files, quality checks, checks of posted
notices."""
