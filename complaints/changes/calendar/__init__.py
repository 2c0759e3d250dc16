"""What a change of the working calendar does to open cases."""
