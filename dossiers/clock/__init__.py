"""The rules of a dossier as pure functions: statuses, transitions, clocks, legs, replay of events, overdue."""
