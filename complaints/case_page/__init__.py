"""The page of one case for staff: facts, related rows, papers, files."""
