"""Reads spreadsheets (.xlsx), row by row."""
