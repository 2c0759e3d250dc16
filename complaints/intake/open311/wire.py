"""Writes answers and errors as XML or JSON, as the specification asks."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree import ElementTree

from django.http import HttpResponse, JsonResponse

ENDINGS: Final = ("json", "xml")
ITEMS: Final = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "attributes": "attribute",
    "values": "value",
}
"""Of every list its name in XML, and that of its members; JSON has the bare list."""

_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Refused(Exception):
    """A refused call: the status, and a sentence for each error."""

    def __init__(self, status: int, *sentences: str, wait: int = 0) -> None:
        super().__init__(status)
        self.status, self.sentences, self.wait = status, sentences, wait


def answer(ending: str, root: str, data: Any, status: int = 200) -> HttpResponse:
    if ending == "json":
        return JsonResponse(data, safe=False, status=status, json_dumps_params={"ensure_ascii": False})
    data = ElementTree.tostring(_element(root, data), encoding="utf-8", xml_declaration=True)
    return HttpResponse(data, content_type="text/xml; charset=utf-8", status=status)


def error_answer(ending: str, why: Refused) -> HttpResponse:
    data = [{"code": why.status, "description": sentence} for sentence in why.sentences]
    response = answer(ending if ending in ENDINGS else "xml", "errors", data, why.status)
    if why.wait:
        response.headers["Retry-After"] = str(why.wait)
    return response


def _element(name: str, data: Any) -> ElementTree.Element:
    made = ElementTree.Element(name)
    if isinstance(data, dict):
        made.extend(_element(key, value) for key, value in data.items())
    elif isinstance(data, list):
        made.extend(_element(ITEMS[name], one) for one in data)
    elif isinstance(data, bool):
        made.text = str(data).lower()
    elif data is not None:
        made.text = _NOT_IN_XML.sub("", str(data))
    return made
