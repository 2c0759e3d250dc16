"""The answer: drafted, approved, sent."""
