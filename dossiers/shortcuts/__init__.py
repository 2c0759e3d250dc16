"""The access keys of the staff pages."""
