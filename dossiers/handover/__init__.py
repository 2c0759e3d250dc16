"""Hand-overs between offices: lists, scanning, and who holds what."""
