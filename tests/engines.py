"""Real, throw-away engines for every test run. Loaded as an early plugin: Django must find their addresses.

With DATABASE_URL and REDIS_URL given (a service of the CI, say) those servers are used instead.
"""

import atexit
import gc
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from portal.embedded.engines import THROW_AWAY, Engines, location_for
from portal.start_errors import CannotStartError
from portal.translations.compile import compile_translations
from tests.databases import CATALOGUE, DEMO, TEMPLATE, drop_database, start_making_template

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {
    "PAGES_TRUSTED_FOR": "0",  # a test looks at once at what it changed
    "SEALING_KEYS": "b25seS1mb3ItdGVzdHMtMDEyMzQ1Njc4OTAxMjM0NTY=",
    "SECOND_FACTOR_FROM": "2999-01-01",  # the tests about it set their own
    "SECOND_FACTOR_KEYS": "b25seS1mb3ItdGVzdHMtMDEyMzQ1Njc4OTAxMjM0NTY=",
    "SECRET_HASH_KEYS": "only-for-hashes-in-tests-0123456789-0123456789",
    "SECRET_KEY": "only-for-tests-0123456789-0123456789-0123456789-0123456789",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "HTTPS": "0",
    "DATABASE_POOL_SIZE": "0",  # a pool keeps connections open while the test database is dropped
    "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    "LOG_JSON": "1",
    # The tests run at any hour; those about sending hours set their own.
    "NOTICES_SINCE_HOUR": "0",
    "NOTICES_UNTIL_HOUR": "24",
}

engines: Engines | None = None


def _begin() -> None:
    """Make a home and the environment of this run; only the first process of a run does it."""
    home = Path(tempfile.mkdtemp(prefix="portal-test-"))
    home.chmod(0o711)  # the engines' account must be able to enter it
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ.update(ENVIRONMENT, DATA_DIR=str(home))
    os.environ.pop("DEMO", None)
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        _start_engines(home)
    atexit.register(_end, start_making_template())
    compile_translations(ROOT / "locale")


def _end(maker: subprocess.Popen[bytes]) -> None:
    """A server that stays must not keep our templates."""
    maker.kill()
    maker.wait()
    if engines is None:
        for name in (DEMO, CATALOGUE, TEMPLATE):
            drop_database(name)


def _start_engines(home: Path) -> None:
    global engines
    engines = Engines(location_for(home), THROW_AWAY)
    atexit.register(shutil.rmtree, engines.location.sockets, ignore_errors=True)
    atexit.register(engines.stop)
    try:
        engines.start()
    except CannotStartError as error:
        pytest.exit(str(error), returncode=1)
    os.environ["DATABASE_URL"] = engines.location.database_url
    os.environ["REDIS_URL"] = engines.location.redis_url


def _take_own_broker(worker: str) -> None:
    """Several test processes share one Valkey: each has two databases, or they would take each other's tasks and empty
    each other's cache."""
    number = 2 + 2 * int(worker.removeprefix("gw"))
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("db=0", f"db={number}")


if "PYTEST_XDIST_WORKER" in os.environ:
    _take_own_broker(os.environ["PYTEST_XDIST_WORKER"])
else:
    _begin()


def pytest_collection_finish() -> None:
    """What is imported by now stays: the garbage collector need not look at it again and again. What tests leave
    behind is small: looking for cycles at the usual rate took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_configure() -> None:
    """The few settings that differ from production: they buy speed and nothing else."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.WHITENOISE_AUTOREFRESH = True
    settings.WHITENOISE_USE_FINDERS = True
