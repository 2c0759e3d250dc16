"""What goes on working, and what a person reads, while the database or Redis is away."""
