"""The law of a dossier as pure functions: statuses, moves, clocks, legs, replay of its events, what is overdue."""
