"""Texts that say nearly the same: open cases of a unit, and questions that were answered before."""
