"""Records of the national database of procedures: reads, compares, writes, applies them."""
