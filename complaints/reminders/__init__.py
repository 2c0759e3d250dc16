"""Reminders to offices and handlers of cases that are due, late or wait for somebody."""
