"""Every address that anybody may ask is measured; what costs more than a tenth of a second of a core has a limit.

A new address fails here until it is measured, on the demo and with the nastiest question it takes, and named below.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from accounts.limits.throttles import VisitorThrottle

OF_STAFF: Final = ("can-bo/", "dieu-hanh/", "quan-tri/")  # signing in has limits of its own: tests/accounts

COSTLY: Final = {  # route: what is asked of it. At most COSTLY_RATE a minute
    # 30 to 330 ms, a booklet seconds: sets type
    "thu-tuc/<str:ref>/niem-yet.pdf": "/thu-tuc/1.001193/niem-yet.pdf",
    "linh-vuc/<slug:slug>/niem-yet.pdf": "/linh-vuc/ho-tich/niem-yet.pdf",
    "noi-nop/<slug:slug>/niem-yet.pdf": "/noi-nop/bach-mai/niem-yet.pdf",
    # 120 ms: two addresses in two languages for each procedure
    "sitemap-<section>.xml": "/sitemap-procedures.xml",
    # 120 ms where a term of years is explained day by day; 30 ms else, which is not limited
    "hen-ngay/": "/hen-ngay/?so=1000&don-vi=working_day&ngay=2026-11-25&gio=09:00",
}
DUMPS: Final = {  # 230 ms to 3.7 s, by the first reader after a change; 20 ms for all others. At most DUMP_RATE
    "thu-tuc/danh-muc.csv": "/thu-tuc/danh-muc.csv",
    "thu-tuc/danh-muc.json": "/thu-tuc/danh-muc.json",
    "thu-tuc/danh-muc.ttl": "/thu-tuc/danh-muc.ttl",
    "thu-tuc/danh-muc.jsonld": "/thu-tuc/danh-muc.jsonld",
}
API: Final = {  # 20 to 90 ms each. At most API_RATE
    "api/v1/procedures/": "/api/v1/procedures/?page_size=100",
    "api/v1/procedures/<str:ref>/": "/api/v1/procedures/1.001193/",
    "api/v1/procedures/<str:ref>/versions/": "/api/v1/procedures/1.001193/versions/",
    "api/v1/procedures/<str:ref>/versions/<day:since>/": "/api/v1/procedures/1.001193/versions/2026-01-01/",
    "api/v1/offerings/": "/api/v1/offerings/?page_size=100",
    "api/v1/offerings/<str:ref>/<slug:slug>/": "/api/v1/offerings/1.001193/bach-mai/",
    "api/v1/units/": "/api/v1/units/",
    "api/v1/units/<slug:slug>/": "/api/v1/units/bach-mai/",
    "api/v1/calendar/": "/api/v1/calendar/?since=2026-01-01&until=2026-12-31",
    "api/v1/calendar/versions/": "/api/v1/calendar/versions/",
    "api/v1/due-date/": "/api/v1/due-date/?received_at=2026-02-13T16:45&term=3650&term_unit=working_day",
    "api/v1/schema/": "/api/v1/schema/",
    "api/v1/docs/": "/api/v1/docs/",
    "open311/discovery.<str:ending>": "/open311/discovery.xml",
    "open311/v2/": "/open311/v2/",
    "open311/v2/discovery.<str:ending>": "/open311/v2/discovery.xml",
    "open311/v2/services.<str:ending>": "/open311/v2/services.xml",
    "open311/v2/services/<str:code>.<str:ending>": "/open311/v2/services/x.xml",
    "open311/v2/requests.<str:ending>": "/open311/v2/requests.xml",
    "open311/v2/requests/<str:code>.<str:ending>": "/open311/v2/requests/x.xml",
    "open311/v2/tokens/<str:token>.<str:ending>": "/open311/v2/tokens/x.xml",
}
LIMITED: Final = COSTLY | DUMPS | API

CHEAP: Final = {  # at most 90 ms of web and database together, for the nastiest of 13 questions where one is typed
    # What a page of the catalogue or of figures costs when it is made anew.
    *("", "viec/", "viec/<slug:slug>/", "linh-vuc/", "linh-vuc/<slug:slug>/", "don-vi/", "don-vi/<slug:slug>/"),
    *("thu-tuc/", "thu-tuc/goi-y/", "thu-tuc/hay-lam/", "thu-tuc/moi-doi/", "so-lieu/", "so-lieu/du-lieu/"),
    *("thu-tuc/chu-cai/", "thu-tuc/chu-cai/<str:letter>/", "thu-tuc/<str:ref>/", "thu-tuc/<str:ref>/giay-to/"),
    *("thu-tuc/<str:ref>/thay-doi/", "thu-tuc/<str:ref>/niem-yet/", "hen-ngay/hen-ngay.ics"),
    *("man-hinh/", "man-hinh/viec/<slug:slug>/", "man-hinh/thu-tuc/<str:ref>/"),
    *("kha-nang-tiep-can/", "du-lieu-ca-nhan/", "giao-dien/", ".well-known/security.txt"),
    # One procedure, or lists of a few lines, for machines.
    *("thu-tuc/danh-muc.schema.json", "thu-tuc/moi-doi.atom", "thu-tuc/<str:ref>.ttl", "thu-tuc/<str:ref>.jsonld"),
    *("favicon.ico", "robots.txt", "sitemap.xml", "api/v1/", "so-lieu/du-lieu/dcat.jsonld"),
    # Files, which the web server sends from the disk.
    *("thu-tuc/<str:ref>/mau/<int:pk>/", "so-lieu/du-lieu/moi-nhat/<str:name>"),
    "so-lieu/du-lieu/<str:edition>/<str:name>",
    # One dossier, case or booking. Secrets and codes that are tried are limited: tests/dossiers, tests/complaints.
    *(
        "tra-cuu/",
        "tra-cuu/<str:code>/",
        "tra-cuu/<str:code>/ai-da-mo/",
        "tra-cuu/<str:code>/ai-da-mo.json",
        "tra-cuu/<str:code>/theo-doi/",
        "tra-cuu/<str:code>/doi-ma/",
        "phan-anh/<str:code>/doi-ma/",
        "tra-cuu/<str:code>/<str:token>/tin.xml",
    ),
    *("tra-cuu/<str:code>/<str:token>/hen-tra.ics", "danh-gia/", "danh-gia/cam-on/", "danh-gia/<str:code>/"),
    *(
        "theo-doi/da-gui/<str:text>/",
        "theo-doi/<str:text>/",
        "theo-doi/<str:text>/ngung/",
        "ban-tin/ngung/<str:text>/",
    ),
    *("tiep-cong-dan/", "tiep-cong-dan/<int:pk>/", "tiep-cong-dan/hen/<str:code>/", "phan-anh/<str:code>/"),
    *("phan-anh/<str:code>/da-gui/", "phan-anh/<str:code>/mo/<str:token>/"),
    # Forms and what is published of cases. What is sent is limited, and pictures are drawn anew by the worker.
    *("phan-anh/", "phan-anh/khieu-nai/", "phan-anh/to-cao/", "phan-anh/gui/<slug:slug>/"),
    *("phan-anh/cong-khai/", "phan-anh/hoi-dap/", "phan-anh/hoi-dap/goi-y/"),
    # Asks who is there before it does anything.
    *("api/v1/dossiers/<str:code>/", "api/v1/dossiers/<str:code>/acts/<slug:slug>/"),
    *("api/v1/partner/cases/", "api/v1/partner/cases/<str:reference>/"),
}


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def test_every_public_address_is_limited_or_known_to_be_cheap() -> None:
    with translation.override("vi"):
        public = {route for route in routes(get_resolver().url_patterns) if not route.startswith(OF_STAFF)}
    assert public == LIMITED.keys() | CHEAP
    assert not LIMITED.keys() & CHEAP


@pytest.mark.django_db
@pytest.mark.parametrize("address", LIMITED.values())
def test_what_is_limited_refuses_a_visitor_beyond_the_limit(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(VisitorThrottle, "THROTTLE_RATES", dict.fromkeys(("anon", "dump", "costly"), "0/min"))
    answer: Any = client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
