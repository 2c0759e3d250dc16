"""Printed slips: builders turn dossiers into data, `pdf` turns data into PDF."""
