"""The work queue: its tabs, filters and rows."""
