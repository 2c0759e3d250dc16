"""Stores files with their rows, has them cleaned, and serves them."""
