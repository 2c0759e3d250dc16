"""Sets of procedures as whole numbers: bit `i` is the procedure at place `i` of a day's catalogue. Pure."""

from collections.abc import Iterable, Iterator

Places = int


def set_of(places: Iterable[int], size: int) -> Places:
    """The whole number whose bits are the given places, each below `size`."""
    bits = bytearray(size // 8 + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def members(places: Places) -> Iterator[int]:
    """The places in a set, in order."""
    bits = f"{places:b}"[::-1]
    place = bits.find("1")
    while place >= 0:
        yield place
        place = bits.find("1", place + 1)
