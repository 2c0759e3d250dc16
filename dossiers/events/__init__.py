"""What every operation on a dossier writes: its event, the rows that follow from all events, the notices."""
