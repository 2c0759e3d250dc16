"""Merging, dividing and moving offices: their open dossiers are transferred to the successors."""
