"""Honest and hostile files, made here byte by byte: nothing is downloaded."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
SIDEWAYS = 6
TEXT = b"BT (Giay khai sinh) Tj ET"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """Red, with a blue corner at the top left."""
    drawn = Image.new("RGB", size, "red")
    drawn.paste("blue", (0, 0, size[0] // 2, size[1] // 2))
    return _saved(drawn, kind, **options)


def photograph() -> bytes:
    """What a telephone makes: held sideways, with the place, the maker and a comment."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = SIDEWAYS, "Hang dien thoai"
    exif.get_ifd(GPS)[1] = "N"
    return picture(exif=exif, comment=b"chup o nha", dpi=(300, 300))


def book_of_pages(count: int, size: tuple[int, int] = (40, 30)) -> bytes:
    pages = [Image.new("1", size) for _ in range(count)]
    return _saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4")


def pdf(pages: int = 1, change: Callable[[Pdf], object] = lambda made: None, **options: object) -> bytes:
    made = Pdf.new()
    for number in range(pages):
        made.add_blank_page(page_size=(200, 200))
        made.pages[number].Contents = made.make_stream(TEXT)
    change(made)
    target = BytesIO()
    made.save(target, compress_streams=False, **options)
    return target.getvalue()


def locked_pdf(password: str) -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="chu", user=password))


def pdf_that_acts() -> bytes:
    """Scripts in five places, a launch, a film, two attachments, and one honest link."""
    return pdf(change=_make_it_act)


def signed_pdf(change: Callable[[Pdf], object] = lambda made: None) -> bytes:
    def sign(made: Pdf) -> None:
        value = Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents=String("chu ky"))
        made.Root.AcroForm = Dictionary(Fields=Array([made.make_indirect(Dictionary(FT=Name.Sig, V=value))]))
        change(made)

    return pdf(change=sign)


def add_script(made: Pdf) -> None:
    made.Root.OpenAction = _script("app.alert(1)")


def archive() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("ma.exe", b"MZ")
    return target.getvalue()


def picture_bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises side × side points."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def scan_bomb(pages: int, side: int) -> bytes:
    """A TIFF of a few hundred bytes: each page promises side × side points, and none has any."""
    made = b"II*\0" + struct.pack("<I", 8)
    for number in range(pages):
        tags = [(256, side), (257, side), (258, 1), (259, 1), (262, 1), (273, 8), (277, 1), (278, side), (279, 8)]
        entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
        after = len(made) + 2 + len(entries) + 4 if number + 1 < pages else 0
        made += struct.pack("<H", len(tags)) + entries + struct.pack("<I", after)
    return made


def pdf_bomb(megabytes: int) -> bytes:
    """Its one page lies at the front of a stream of blanks, a thousand times longer than it looks."""
    packer = zlib.compressobj(9)
    inside = b"9 0 <</Type/Page/MediaBox[0 0 9 9]/Parent 2 0 R>>"
    packed = packer.compress(inside) + packer.flush(zlib.Z_FULL_FLUSH)
    packed += (packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)) * megabytes
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Count 1/Kids[9 0 R]>>",
        5: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
        + packed
        + b"\nendstream",
    }
    made, places = b"%PDF-1.5\n", {}
    for number, body in bodies.items():
        places[number] = len(made)
        made += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    places[10] = len(made)
    rows = [struct.pack(">BIH", 1, places[n], 0) if n in places else bytes(7) for n in range(11)]
    rows[9] = struct.pack(">BIH", 2, 5, 0)
    table = b"".join(rows)
    made += b"10 0 obj\n<</Type/XRef/Size 11/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(table) + table
    return made + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[10]


def unfolded(data: bytes) -> bytes:
    """All of a PDF in plain text, to look for what must not be there."""
    target = BytesIO()
    with pikepdf.open(BytesIO(data)) as opened:
        opened.save(target, qdf=True, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return target.getvalue()


def _make_it_act(made: Pdf) -> None:
    add_script(made)
    named = made.make_indirect(_script("app.alert(2)"))
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), named])))
    made.attachments["ma.exe"] = b"MZ payload"
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=made.make_stream(b"<xdp>payload</xdp>"))
    page = made.pages[0]
    page.AA = Dictionary(O=Dictionary(S=Name.Launch, F=String("cmd.exe")))
    honest = Dictionary(S=Name.URI, URI=String("https://phuong.example/"), Next=_script("app.alert(3)"))
    attached = Dictionary(
        Type=Name.Filespec, F=String("ma.exe"), EF=Dictionary(F=made.make_stream(b"MZ payload again"))
    )
    page.Annots = Array(
        [
            _note(Name.Link, A=honest),
            _note(Name.Link, A=Dictionary(S=Name.URI, URI=String("javascript:app.alert(4)"))),
            made.make_indirect(_note(Name.FileAttachment, FS=made.make_indirect(attached))),
            _note(Name.RichMedia, RichMediaContent=Dictionary()),
        ]
    )


def _note(subtype: Name, **more: object) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=subtype, Rect=Array([0, 0, 9, 9]), **more)


def _script(text: str) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(text))


def _saved(drawn: Image.Image, kind: str, **options: object) -> bytes:
    target = BytesIO()
    drawn.save(target, kind, **options)
    return target.getvalue()


def word(change: dict[str, bytes | None] | None = None) -> bytes:
    """The least that Word opens; `change` replaces parts, adds them, or leaves them out (None)."""
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts: dict[str, bytes | None] = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="xml" ContentType="application/xml"/>'
        b'<Override PartName="/word/document.xml" ContentType="' + kinds.encode() + b'"/></Types>',
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml", "")),
        "word/document.xml": b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p><w:r><w:t>To khai</w:t></w:r></w:p></w:body></w:document>",
        "docProps/app.xml": b"<Properties><Pages>2</Pages></Properties>",
    } | (change or {})
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            if content is not None:
                packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # without the hour
    return made.getvalue()


def relations(*rows: tuple[str, str, str, str]) -> bytes:
    """Of (id, type, target, mode)."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    shown = "".join(
        f'<Relationship Id="{key}" Type="{base}{kind}" Target="{target}"{f" TargetMode={mode!r}" if mode else ""}/>'
        for key, kind, target, mode in rows
    )
    return f'<Relationships xmlns="x">{shown}</Relationships>'.encode()


def large_drawing(side: int) -> bytes:
    """A real PNG of side × side black points that takes next to no room: each line unfolds to nothing but zeros."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(9)
    line = bytes(1 + 3 * side)
    packed = b"".join(packer.compress(line) for _line in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
