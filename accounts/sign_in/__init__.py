"""Signing in: passwords, the one-time links that set them, how often one may be tried, the first page."""
