"""Durable throw-away engines for the benchmarks: production's settings, in a folder that goes away."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.embedded.engines import Engines, location_for  # noqa: E402


@contextmanager
def engines_running() -> Iterator[Path]:
    """PostgreSQL and Valkey in a new folder, Django set up on them and migrated; yields the folder."""
    home = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    home.chmod(0o711)  # the engines' account must be able to enter it
    engines = Engines(location_for(home))
    os.environ.update(
        DEMO="1",
        DATA_DIR=str(home),
        DATABASE_POOL_SIZE=os.environ.get("DATABASE_POOL_SIZE", "0"),
        DJANGO_SETTINGS_MODULE="portal.settings",
        DATABASE_URL=engines.location.database_url,
        REDIS_URL=engines.location.redis_url,
    )
    try:
        engines.start()
        _set_up()
        yield home
    finally:
        engines.stop()
        shutil.rmtree(engines.location.sockets, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def catalogue_ready() -> None:
    """Offices and the real catalogue."""
    from django.core.management import call_command

    call_command("load_units", verbosity=0)
    call_command("load_catalogue", verbosity=0)


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
