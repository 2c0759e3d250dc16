"""Determines the kind of a file and its unfolded size from its bytes and its name, without decoding it."""
