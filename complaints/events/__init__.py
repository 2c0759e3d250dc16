"""What every operation on a case writes: its event, the row that follows from all events, the notices."""
