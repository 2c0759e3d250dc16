"""Cleaning: decodes a file in a process of its own and writes it anew without anything that acts."""
