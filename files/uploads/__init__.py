"""Receives uploads: the limits of a request, and form fields for files."""
