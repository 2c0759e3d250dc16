"""What a version of a procedure says, what it must say, and what puts it in force."""
