"""Explains a dossier in words: its due date, its route, its log."""
