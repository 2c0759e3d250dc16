"""Loads the project's own data files into the tables."""
