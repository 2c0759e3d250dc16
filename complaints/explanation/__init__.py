"""A case's deadline and its log in words."""
