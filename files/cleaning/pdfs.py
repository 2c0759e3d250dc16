"""Rewrites PDFs without active content: scripts, launches, attachments, submitting forms, films.

Page content is not changed: its streams are copied byte by byte. A digitally signed PDF would lose its signature, so
it is stored unchanged if there is nothing to remove, and refused otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, Stream, StreamDecodeLevel, String

from files.faults import Fault, Unfit
from files.kinds import Kind
from files.limits import MOST_PAGES
from files.sniffing.headers import check_head

HARMLESS_ACTIONS: Final = frozenset({"/GoTo", "/Named"})
ACTIONS: Final = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/ResetForm", "/GoToR", "/GoToE", "/GoToDp", "/Rendition"}
    | {"/Movie", "/Sound", "/Hide", "/SetOCGState", "/RichMediaExecute", "/GoTo3DView", "/Thread", "/Trans", "/URI"}
)
OPENED_ADDRESSES: Final = ("http://", "https://", "mailto:", "tel:")
LIVE_ANNOTATIONS: Final = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
OF_CATALOGUE: Final = ("/OpenAction", "/AA", "/AF", "/Collection")
OF_NAMES: Final = ("/JavaScript", "/EmbeddedFiles")


def rewrite_pdf(data: bytes) -> tuple[bytes, int]:
    """The PDF without active content, and its number of pages. Raises Unfit."""
    check_head(data, Kind.PDF)
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            pages = _check(pdf)
            signed, removed = _is_signed(pdf), _strip(pdf)
            if signed and removed:
                raise Unfit(Fault.SIGNED_AND_ACTIVE)
            made = data if signed else _written(pdf)
        _check_result(made, pages)
    except pikepdf.PasswordError as locked:
        raise Unfit(Fault.ENCRYPTED) from locked
    except (pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as broken:
        raise Unfit(Fault.BROKEN) from broken
    return made, pages


def _check(pdf: Pdf) -> int:
    """The number of pages of a PDF that may be read."""
    if pdf.is_encrypted:
        raise Unfit(Fault.ENCRYPTED)
    if pdf.Root.get("/NeedsRendering"):  # a form that a program draws: its pages only say "please wait"
        raise Unfit(Fault.LIVE_FORM)
    pages = len(pdf.pages)
    if not pages:
        raise Unfit(Fault.NO_PAGES)
    if pages > MOST_PAGES:
        raise Unfit(Fault.TOO_MANY_PAGES, most=MOST_PAGES)
    return pages


def _is_signed(pdf: Pdf) -> bool:
    return any(isinstance(each, Dictionary) and "/ByteRange" in each and "/Contents" in each for each in _all(pdf))


def _strip(pdf: Pdf) -> int:
    """Removes active content; returns how many objects."""
    root = pdf.Root
    removed = _drop(root, OF_CATALOGUE) + _drop(root.get("/Names"), OF_NAMES) + _drop(root.get("/AcroForm"), ("/XFA",))
    return removed + sum(_remove_actions(each) for each in list(_all(pdf)))


def _remove_actions(each: Object) -> int:
    """Removes active content from one dictionary."""
    removed = 0
    if _is_active(each):
        removed += _drop(each, tuple(each.keys()))
    if "/EF" in each or each.get("/Type") == Name.Filespec:
        removed += _drop(each, ("/EF", "/RF"))
    if isinstance(each, Stream):
        removed += _drop(each, ("/F",))  # a stream whose content is another file
    if any(key in each for key in ("/Annots", "/Rect", "/FT", "/Kids", "/Contents")):
        removed += _drop(each, ("/AA", "/AF"))
    return removed + _drop_live_annotations(each)


def _is_active(each: Object) -> bool:
    """An action other than turning to another page or opening a web address."""
    verb = each.get("/S")
    if not isinstance(verb, Name) or str(verb) not in ACTIONS:
        return "/JS" in each and isinstance(each.get("/JS"), String | Stream)
    address = each.get("/URI")
    is_link = str(verb) == "/URI" and isinstance(address, String)
    return not (is_link and str(address).strip().lower().startswith(OPENED_ADDRESSES))


def _drop_live_annotations(page: Object) -> int:
    notes = page.get("/Annots")
    if not isinstance(notes, Array):
        return 0
    harmless = [note for note in list(notes) if not _is_live(note)]
    removed = len(notes) - len(harmless)
    if removed:
        page["/Annots"] = Array(harmless)
    return removed


def _is_live(note: Object) -> bool:
    return isinstance(note, Dictionary) and str(note.get("/Subtype")) in LIVE_ANNOTATIONS


def _drop(holder: Object | None, keys: tuple[str, ...]) -> int:
    if not isinstance(holder, Dictionary | Stream):
        return 0
    present = [key for key in keys if key in holder]
    for key in present:
        del holder[key]
    return len(present)


def _all(pdf: Pdf) -> Iterator[Object]:
    """Every dictionary and stream of the file, also nested ones."""
    waiting = list(pdf.objects)
    while waiting:
        each = waiting.pop()
        if isinstance(each, Dictionary | Stream):
            yield each
            waiting += [inner for _key, inner in each.items() if _is_inside(inner)]
        elif isinstance(each, Array):
            waiting += [inner for inner in list(each) if _is_inside(inner)]


def _is_inside(value: object) -> bool:
    """A nested container; an indirect object is visited by its own number."""
    return isinstance(value, Dictionary | Array) and not value.is_indirect


def _written(pdf: Pdf) -> bytes:
    target = BytesIO()
    pdf.save(
        target,
        compress_streams=False,
        stream_decode_level=StreamDecodeLevel.none,
        object_stream_mode=ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return target.getvalue()


def _check_result(made: bytes, pages: int) -> None:
    """The result opens, has all pages, and no active content."""
    with pikepdf.open(BytesIO(made)) as result:
        if len(result.pages) != pages or _strip(result):
            raise Unfit(Fault.BROKEN)
