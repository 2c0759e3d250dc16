"""Redraws pictures page by page: only the pixels remain, upright.

EXIF, GPS, colour profiles, comments, thumbnails, further frames and data behind the picture are not copied.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageFile, ImageOps, JpegImagePlugin, TiffImagePlugin

from files.faults import Fault, Unfit
from files.kinds import Kind
from files.limits import MOST_PAGES, MOST_PIXELS, MOST_PIXELS_IN_ALL

# Pillow's own limit, checked before decoding: it warns above it and raises above twice it; we refuse at the warning.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
BROKEN: Final = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, struct.error, zlib.error)
QUALITY: Final = 92  # of a photograph that had to be turned; others keep their own tables
MODES: Final[dict[Kind, frozenset[str]]] = {
    Kind.JPEG: frozenset({"L", "RGB"}),
    Kind.PNG: frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}),
    Kind.TIFF: frozenset({"1", "L", "RGB"}),
}
TIFF_COMPRESSION: Final = {"group3": "group4", "group4": "group4", "jpeg": "jpeg", "tiff_lzw": "tiff_lzw"}
"""The part that is reused of a page's own compression; any other becomes lossless deflate."""


def redraw_picture(data: bytes, kind: Kind) -> tuple[bytes, int, int]:
    """The redrawn picture, its number of pages and of pixels. Raises Unfit."""
    with _refusing():
        with Image.open(BytesIO(data), formats=[kind.value]) as source:
            pages = _measure(source, kind)
            drawn = _draw_tiff(source) if kind is Kind.TIFF else _draw_one(source, kind)
        _check_result(drawn, kind, len(pages))
    return drawn, len(pages), sum(pages)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except BOMBS as bomb:
        raise Unfit(Fault.TOO_MANY_PIXELS, most=MOST_PIXELS // 1_000_000) from bomb
    except BROKEN as broken:
        raise Unfit(Fault.BROKEN) from broken


def _measure(source: ImageFile.ImageFile, kind: Kind) -> list[int]:
    """The pixels of each page, from the headers alone."""
    frames = range(MOST_PAGES + 1) if kind is Kind.TIFF else range(1)
    pixels: list[int] = []
    for number in frames:
        try:
            source.seek(number)
        except EOFError:
            break
        pixels.append(source.width * source.height)
        if pixels[-1] > MOST_PIXELS or sum(pixels) > MOST_PIXELS_IN_ALL:
            raise Unfit(Fault.TOO_MANY_PIXELS, most=MOST_PIXELS // 1_000_000)
    if len(pixels) > MOST_PAGES:
        raise Unfit(Fault.TOO_MANY_PAGES, most=MOST_PAGES)
    source.seek(0)
    return pixels


def _draw_one(source: ImageFile.ImageFile, kind: Kind) -> bytes:
    page = _bare(source, kind)
    options: dict[str, Any] = {"dpi": dpi} if (dpi := _dpi(source)) else {}
    if kind is Kind.JPEG:
        options |= _own_tables(source) if page.size == source.size and page.mode == source.mode else {}
        options.setdefault("quality", QUALITY)
    target = BytesIO()
    page.save(target, kind.value, **options)
    return target.getvalue()


def _draw_tiff(source: ImageFile.ImageFile) -> bytes:
    """One page in memory at a time."""
    target = BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(target, new=True) as book:
        for number in range(MOST_PAGES):
            try:
                source.seek(number)
            except EOFError:
                break
            page = _bare(source, Kind.TIFF)
            options: dict[str, Any] = {"dpi": dpi} if (dpi := _dpi(source)) else {}
            page.save(book, "tiff", compression=_compression(source, page), **options)
            book.newFrame()
    return target.getvalue()


def _bare(source: ImageFile.ImageFile, kind: Kind) -> Image.Image:
    """The pixels alone, rotated as the camera was held."""
    upright = ImageOps.exif_transpose(source)
    if kind is Kind.PNG and upright.mode == "P" and "transparency" in upright.info:
        upright = upright.convert("RGBA")
    page = upright if upright.mode in MODES[kind] else upright.convert("RGB")
    page.info = {}
    return page


def _own_tables(source: ImageFile.ImageFile) -> dict[str, Any]:
    """The photograph's own quantisation tables, so that redrawing loses next to nothing."""
    if not isinstance(source, JpegImagePlugin.JpegImageFile) or source.getexif().get(0x0112, 1) != 1:
        return {}
    sampling = JpegImagePlugin.get_sampling(source)
    tables = {"qtables": source.quantization, "quality": -1}
    return tables if sampling < 0 else tables | {"subsampling": sampling}


def _compression(source: ImageFile.ImageFile, page: Image.Image) -> str:
    own = TIFF_COMPRESSION.get(str(source.info.get("compression")), "tiff_adobe_deflate")
    if page.mode == "1":
        return own if own in {"group4", "tiff_lzw"} else "group4"
    return own if own != "group4" else "tiff_adobe_deflate"


def _dpi(source: ImageFile.ImageFile) -> tuple[float, float] | None:
    """The resolution, without which a scan prints at the wrong size; None if implausible."""
    dpi = source.info.get("dpi")
    if not isinstance(dpi, tuple) or len(dpi) != 2:
        return None
    across, down = float(dpi[0]), float(dpi[1])
    return (across, down) if 1 <= across <= 10_000 and 1 <= down <= 10_000 else None


def _check_result(drawn: bytes, kind: Kind, pages: int) -> None:
    """The result opens to its last page."""
    with Image.open(BytesIO(drawn), formats=[kind.value]) as result:
        for number in range(pages):
            result.seek(number)
            result.load()
