"""What every operation on a dossier writes: its event, the rows computed from the events, the notices."""
