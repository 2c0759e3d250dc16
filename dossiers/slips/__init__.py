"""Printed slips: builders turn dossiers into data, `paper` turns data into PDF."""
