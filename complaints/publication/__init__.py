"""Public pages: published cases, answered questions, on-time rates."""
