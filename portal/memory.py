"""Who may read the memory of a process that holds keys."""

import ctypes
from typing import Final

PR_SET_DUMPABLE: Final = 4  # prctl(2)


def close_memory() -> None:
    """From now on no other process of this account, such as a decoder of uploads, reads memory or environment of this
    one and of its forks; nor do they leave a core. Whoever is root still can."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
