"""Searching for dossiers at the counter."""
