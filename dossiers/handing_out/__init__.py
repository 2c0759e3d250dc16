"""Handing results out by scanning receipts."""
