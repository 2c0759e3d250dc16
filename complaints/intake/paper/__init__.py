"""Letters on paper, and the boxes they come out of."""
