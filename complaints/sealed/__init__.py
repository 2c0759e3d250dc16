"""Denunciations, which the law keeps secret: detecting, encrypting and opening them, and who opened what."""
