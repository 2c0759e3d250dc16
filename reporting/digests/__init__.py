"""Digests by e-mail: who asked for one, what it says, and how it is stopped."""
