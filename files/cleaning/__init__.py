"""Cleaning: decodes a file in a subprocess and rewrites it without active content."""
