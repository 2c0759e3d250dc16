"""What a message says arrives as it was written: every letter of the alphabet, and the names of files."""

from __future__ import annotations

import base64
import unicodedata

import pytest

from complaints.models import CaseFile, CaseText, Reporter
from tests.complaints.intake.mailbox.post_office import WORDS, content, taken
from tests.files.samples import pdf

pytestmark = pytest.mark.django_db
TONES = "\u0300\u0301\u0303\u0309\u0323"


def in_bytes(text: str, charset: str) -> bytes:
    """Windows-1258 writes most tones as a sign of their own behind the letter."""
    return b"".join(
        sign.encode(charset)
        if charset != "windows-1258" or sign in "đĐưƯơƠ"
        else unicodedata.normalize("NFC", "".join(one for one in apart if one not in TONES)).encode(charset)
        + "".join(one for one in apart if one in TONES).encode(charset)
        for sign in text
        for apart in [unicodedata.normalize("NFD", sign)]
    )


def encoded(charset: str, transfer: str) -> bytes:
    body = {
        "base64": lambda data: base64.encodebytes(data),
        "8bit": lambda data: data,
        "quoted-printable": lambda data: b"".join(f"={one:02X}".encode() for one in data) + b"\r\n",
    }[transfer](in_bytes(TEXTS[charset], charset))
    head = (
        "From: =?utf-8?q?L=C3=AA_Thu_H=C3=A0?= <thuha@example.test>\r\n"
        f"Message-ID: <{charset}.{transfer}@example.test>\r\nSubject: =?utf-8?b?w5Qg?=\r\n"
        " =?utf-8?b?bmhp4buFbQ==?=\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n"
        f"Content-Transfer-Encoding: {transfer}\r\n\r\n"
    )
    return head.encode() + body


TEXTS = {
    "utf-8": WORDS,
    "iso-8859-1": "Les lampadaires sont cassés depuis trois semaines à Hanoï.",
    "windows-1258": "Đèn đường hỏng đã ba tuần, trước nhà tối lắm.",
}


@pytest.mark.parametrize("charset", sorted(TEXTS))
@pytest.mark.parametrize("transfer", ["base64", "quoted-printable", "8bit"])
def test_every_letter_of_the_alphabet_arrives(writable, charset, transfer) -> None:
    case = taken(encoded(charset, transfer)).case
    assert case is not None
    assert content(case) == TEXTS[charset]
    assert CaseText.objects.get(case=case, sort="subject").text == "Ô nhiễm"
    assert Reporter.objects.get(case=case).name == "Lê Thu Hà"


@pytest.mark.parametrize(
    "name",
    [
        "filename*=utf-8''%E1%BA%A3nh%20%C4%91%C3%A8n.pdf",
        "filename*0*=utf-8''%E1%BA%A3nh; filename*1*=%20%C4%91%C3%A8n.pdf",
        'filename="=?utf-8?b?4bqjbmggxJHDqG4ucGRm?="',
    ],
)
def test_names_of_files_arrive_however_they_are_written(writable, name) -> None:
    part = base64.encodebytes(pdf())
    raw = (
        b"From: a@example.test\r\nMessage-ID: <ten@example.test>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        + WORDS.encode()
        + b"\r\n--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        + f"Content-Disposition: attachment; {name}\r\n\r\n".encode()
        + part
        + b"\r\n--b--\r\n"
    )
    case = taken(raw).case
    assert [one.stored.name for one in CaseFile.objects.filter(case=case)] == ["ảnh đèn.pdf"]
