"""Texts and reporter of a case: sanitised, and stored as plain or sealed rows."""
