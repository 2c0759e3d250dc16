"""What the database's constraints and triggers are given."""
