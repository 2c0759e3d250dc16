"""Offices that are merged, divided or moved, and who continues whose work."""
