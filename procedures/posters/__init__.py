"""Notices for the wall of an office: drawn as PDF, and checked by their mark."""
