"""Scans of a dossier's papers, and notes of its staff."""
