"""Reminders to staff and applicants, and the day's work of a unit."""
