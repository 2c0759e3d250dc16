"""How answers look on the wire: XML or JSON, as the specification spells them, errors too."""

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
    """A call that is not answered: the status, and for each thing that is wrong a sentence."""

    def __init__(self, status: int, *sentences: str, wait: int = 0) -> None:
        super().__init__(status)
        self.status, self.sentences, self.wait = status, sentences, wait


def answered(ending: str, root: str, told: Any, status: int = 200) -> HttpResponse:
    if ending == "json":
        return JsonResponse(told, safe=False, status=status, json_dumps_params={"ensure_ascii": False})
    data = ElementTree.tostring(_element(root, told), encoding="utf-8", xml_declaration=True)
    return HttpResponse(data, content_type="text/xml; charset=utf-8", status=status)


def refused(ending: str, why: Refused) -> HttpResponse:
    told = [{"code": why.status, "description": sentence} for sentence in why.sentences]
    answer = answered(ending if ending in ENDINGS else "xml", "errors", told, why.status)
    if why.wait:
        answer.headers["Retry-After"] = str(why.wait)
    return answer


def _element(name: str, told: Any) -> ElementTree.Element:
    made = ElementTree.Element(name)
    if isinstance(told, dict):
        made.extend(_element(key, value) for key, value in told.items())
    elif isinstance(told, list):
        made.extend(_element(ITEMS[name], one) for one in told)
    elif isinstance(told, bool):
        made.text = str(told).lower()
    elif told is not None:
        made.text = _NOT_IN_XML.sub("", str(told))
    return made
