"""Asking the portal for everything: each address of the resolver, with arguments of rows that exist, as anybody.

What an answer says is kept as text, files unpacked; what differs by itself between two equal answers is masked.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pypdf import PdfReader

MASKS = (
    (re.compile(r'(csrfmiddlewaretoken" value=")[^"]*'), r"\1"),
    (re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}"), "<key>"),
    (re.compile(r"T\d\d:\d\d:\d\dZ|\btim=\w+"), "<now>"),
    (re.compile(r"\b\d{1,2}[:.]\d{2}([:.]\d{2})?\b"), "<time>"),
)
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
EACH = {"X-Request-ID": "the-crawl-12345678"}


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern of the resolver. `route` as `request.resolver_match.route`; `names` of its arguments."""

    name: str
    route: str

    @property
    def names(self) -> list[str]:
        return [name for _converter, name in _PARAMETER.findall(self.route)]

    def paths(self, values: Mapping[str, list[str]]) -> Iterator[str]:
        """Its addresses with every combination of the values that its arguments may have."""
        for chosen in product(*(values.get(f"{self.name}:{name}", values.get(name, ["1"])) for name in self.names)):
            given = dict(zip(self.names, chosen, strict=True))
            yield "/" + _PARAMETER.sub(lambda found, given=given: given[found[2]], self.route)


def routes() -> list[Route]:
    """Every pattern, in Vietnamese where it has a language."""
    return list(_routes(get_resolver().url_patterns, "", ""))


def _routes(patterns: Iterable[Any], before: str, room: str) -> Iterator[Route]:
    for one in patterns:
        text = str(one.pattern).lstrip("^").rstrip("$")
        if isinstance(one, URLResolver):
            inner = ":".join(part for part in (room, one.namespace) if part)
            yield from _routes(one.url_patterns, before + text, inner)
        elif isinstance(one, URLPattern) and "(?P" not in text:
            yield Route(":".join(part for part in (room, one.name or "") if part), before + text)


def everything_in(answer: HttpResponse) -> str:
    """Status, place of a redirect and every word of an answer."""
    data = answer.getvalue()
    text = f"{answer.status_code} {answer.get('Location', '')}\n{answer.get('Content-Disposition', '')}\n{_text(data)}"
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


def _text(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(data)) as packed:
            return "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    if data.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    return data.decode(errors="replace")


def ask(client: Client, path: str, data: dict[str, str] | None = None) -> str:
    """The answer; of something sent that of the page it leads to."""
    return everything_in(
        client.get(path, headers=EACH) if data is None else client.post(path, data, headers=EACH, follow=True)
    )
