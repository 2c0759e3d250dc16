"""Records of the national database of procedures: read, compared, written, applied."""
