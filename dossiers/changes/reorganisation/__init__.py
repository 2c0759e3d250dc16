"""Mergers, divisions and moves of units; transfers open dossiers to the successors."""
