"""Printed papers: builders turn dossiers into data, `paper` turns data into PDF."""
