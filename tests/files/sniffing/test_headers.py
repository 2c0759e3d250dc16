"""What the head of a file says about its cost, before anything is decoded."""

from io import BytesIO

import pytest
from PIL import Image

from files.faults import Fault, Unfit
from files.kinds import Kind
from files.limits import MOST_PAGES
from files.sniffing.headers import check_head
from tests.files import samples


def frames(data: bytes) -> list[int]:
    with Image.open(BytesIO(data)) as opened:
        sizes = []
        for number in range(getattr(opened, "n_frames", 1)):
            opened.seek(number)
            sizes.append(opened.width * opened.height)
        return sizes


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (samples.photograph(), Kind.JPEG),
        (samples.picture("JPEG", (400, 300), progressive=True), Kind.JPEG),
        (samples.picture("PNG", (64, 48)), Kind.PNG),
        (samples.picture("TIFF", (64, 48)), Kind.TIFF),
        (samples.picture("TIFF", (64, 48), compression="jpeg"), Kind.TIFF),
        (samples.book_of_pages(3), Kind.TIFF),
    ],
)
def test_the_head_says_what_the_decoder_would_find(data, kind):
    assert check_head(data, kind) == frames(data)


def jpeg_without_end(segments: int) -> bytes:
    return b"\xff\xd8" + b"\xff\xe1\0\2" * segments


def tiff_in_a_circle() -> bytes:
    """Its one page says that it is followed by itself."""
    made = bytearray(samples.scan_bomb(1, 8))
    made[-4:] = (8).to_bytes(4, "little")
    return bytes(made)


@pytest.mark.parametrize(
    ("data", "kind", "fault"),
    [
        (samples.picture_bomb(7_100), Kind.PNG, Fault.TOO_MANY_PIXELS),
        (samples.scan_bomb(5, 7_000), Kind.TIFF, Fault.TOO_MANY_PIXELS),
        (samples.scan_bomb(MOST_PAGES + 1, 8), Kind.TIFF, Fault.TOO_MANY_PAGES),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), Kind.PNG, Fault.BROKEN),
        (samples.picture("PNG")[:20], Kind.PNG, Fault.BROKEN),
        (jpeg_without_end(5_000_000), Kind.JPEG, Fault.BROKEN),
        (b"\xff\xd8" + b"\xff" * 20_000_000, Kind.JPEG, Fault.BROKEN),
        (samples.picture()[:100], Kind.JPEG, Fault.BROKEN),
        (b"II*\0" + b"\xff" * 20, Kind.TIFF, Fault.BROKEN),
        (b"II*\0\x08\0\0\0" + b"\xff" * 2_000_000, Kind.TIFF, Fault.BROKEN),
        (samples.locked_pdf("mat khau"), Kind.PDF, Fault.ENCRYPTED),
        (samples.pdf()[:-60], Kind.PDF, Fault.BROKEN),
    ],
    ids=lambda one: one if isinstance(one, Fault) else "",
)
def test_a_hostile_head_is_refused_and_costs_no_time(data, kind, fault):
    with pytest.raises(Unfit) as refused:
        check_head(data, kind)
    assert refused.value.fault is fault


def test_pages_in_a_circle_are_counted_once():
    assert check_head(tiff_in_a_circle(), Kind.TIFF) == [64]
