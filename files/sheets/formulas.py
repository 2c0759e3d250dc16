"""What a spreadsheet would read as a formula. Writers of workbooks and tables mark or guard such text."""

from __future__ import annotations

from typing import Final

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Spreadsheets may read text that begins with one of these as a formula, even after conversion to another format."""
