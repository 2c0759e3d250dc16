"""Counts from the sources, kept equal to them, and the readers of what was counted."""
