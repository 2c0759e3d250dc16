"""Limits of the cleaning. Pure: no Django. The size of a file is a setting."""

from typing import Final

MOST_PIXELS: Final = 50_000_000
"""Of one page: A4 at 600 dpi is 35 million, a telephone's photograph 12 to 48."""

MOST_PIXELS_IN_ALL: Final = 200_000_000
MOST_PAGES: Final = 300
MOST_MEMORY: Final = 1_000_000_000  # bytes of address space
MOST_SECONDS: Final = 20  # of a processor
