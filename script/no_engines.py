"""Django for scripts that only draw papers: set up in a folder that goes away, with no database to ask."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def django_without_engines() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="portal-script-") as home:
        os.environ.update(
            DEMO="1",
            DATA_DIR=home,
            DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
            REDIS_URL="redis://127.0.0.1:1/0",
            DJANGO_SETTINGS_MODULE="portal.settings",
        )
        import django

        django.setup()
        yield
