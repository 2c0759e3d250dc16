"""What a reader of a public page costs beside a bare "hello" in the same server.

    script/bench cache

Both are asked for through the whole WSGI application (all middleware, no socket), one after the other in one process
and in turns, so that a busy machine is fair to both; compressed and not.

"from cache" is a page that is kept. "uncached" is one that is not: it is asked whether the catalogue or the calendar
has changed, the promise is worked out for its own minute and the page made and packed of that, from the drawing of
another minute. "undrawn" is the first one after a change, or of an hour, when nothing is at hand; it has no budget.
"""

import gzip
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import brotli
from bench_engines import catalogue_ready, engines_running
from bench_queue import Visitor

CALLS = 400
PATH = "/thu-tuc/1.001193/"
BUDGETS = {"from cache": 0.8, "uncached": 0.3, "undrawn": None}
UNPACKED: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}

urlpatterns: list[Any] = []


def main() -> None:
    os.environ |= {"LOG_LEVEL": "WARNING", "DATABASE_POOL_SIZE": "4"}
    with engines_running():
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        catalogue_ready()
        open_bench_urls()
        for encoding in ("", "gzip", "br"):
            measure(encoding)


def open_bench_urls() -> None:
    """The portal's addresses, and the bare view beside them."""
    from django.conf import settings
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from portal.urls import urlpatterns as portal

    def hello(request: HttpRequest) -> HttpResponse:
        return HttpResponse("hello")

    urlpatterns.extend([path("hello/", hello), *portal])
    settings.ROOT_URLCONF = "__main__"


def measure(encoding: str) -> None:
    visitor = Visitor({"HTTP_ACCEPT_ENCODING": encoding} if encoding else {})
    for name, budget in BUDGETS.items():
        hello: list[float] = []
        took: list[float] = []
        for turn in range(CALLS + 3):
            for path, times in (("/hello/", hello), (PATH, took)):
                forget(name)
                began = time.perf_counter()
                body = visitor.get(path)
                if turn >= 3:
                    times.append(time.perf_counter() - began)
        page = UNPACKED[encoding](body)
        assert "Đăng ký khai sinh" in page.decode()
        bare, median = statistics.median(hello), statistics.median(took)
        print(
            f"{encoding or 'not compressed':14} {len(body):7,} bytes, {name:10} p50 {median * 1000:5.2f} ms, hello "
            f"{bare * 1000:.2f} ms: {bare / median:.2f} of its rate{f' (budget {budget})' if budget else ''}"
        )


def forget(name: str) -> None:
    """What stands between two readers: nothing, another minute of the same hour, or a change."""
    from procedures.http import page_cache

    if name == "undrawn":
        page_cache.forget_pages()
    elif name == "uncached" and (state := page_cache._kept.state):
        other = state.minute.replace(minute=(state.minute.minute + 30) % 60)
        page_cache._kept.state, page_cache._kept.trusted_until = state._replace(minute=other), 0.0


if __name__ == "__main__":
    main()
