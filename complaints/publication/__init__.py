"""What everybody may read: published cases, answered questions, how far offices keep their dates."""
