"""The law of a case as pure functions: kinds, statuses, moves, terms, clocks, replay of events, overdue."""
