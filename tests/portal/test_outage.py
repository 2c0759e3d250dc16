"""Redis goes away and comes back: requests succeed meanwhile, and the worker lives through it."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from kombu import Connection

from portal.embedded import Engines, Place, prepare_valkey
from portal.processes import Account
from portal.redis_urls import broker_url, cache_url
from tests.worker_tasks import hold, leave_mark
from tests.workers import WORKER, celery, wait_until


@pytest.fixture
def own_valkey(tmp_path: Path, settings) -> Iterator[Engines]:
    """A Valkey of this test's own, which the test may stop, with the cache and the health page turned to it."""
    sockets = Path(tempfile.mkdtemp(prefix="portal-test-"))
    engines = Engines(Place(home=tmp_path, logs=tmp_path, sockets=sockets, account=Account()))
    prepare_valkey(engines.place)
    engines.start_valkey()
    settings.REDIS_URL = engines.place.redis_url
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": cache_url(engines.place.redis_url)}}
    yield engines
    engines.stop()
    shutil.rmtree(sockets)


@pytest.fixture
def own_worker(own_valkey: Engines, tmp_path: Path, transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    two_children = (*WORKER, "--concurrency=2")
    with celery(two_children, tmp_path / "worker.log", {"REDIS_URL": own_valkey.place.redis_url}) as process:
        wait_until(lambda: cache.get("heartbeat:worker") is not None)
        yield process


@pytest.mark.django_db(transaction=True)
def test_a_worker_with_a_task_in_hand_outlives_the_broker_finishes_it_and_takes_the_next(
    own_valkey: Engines, own_worker: subprocess.Popen[bytes], tmp_path: Path
):
    broker = Connection(broker_url(own_valkey.place.redis_url))
    hold.apply_async([str(tmp_path)], connection=broker)
    wait_until((tmp_path / "started").exists)

    own_valkey.stop()
    wait_until(lambda: "Cannot connect" in (tmp_path / "worker.log").read_text())
    answer = Client().get("/readyz").json()
    assert answer == {"database": "good", "broker": "bad", "worker": "bad", "beat": "bad", "figures": None}

    own_valkey.start_valkey()
    (tmp_path / "release").touch()
    wait_until((tmp_path / "finished").exists)
    leave_mark.apply_async(["after"], connection=Connection(broker_url(own_valkey.place.redis_url)))
    wait_until(lambda: cache.get("mark:after") == "done")
    assert own_worker.poll() is None


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/don-vi/", "/can-bo/dang-nhap/", "/api/v1/schema/"])
def test_a_page_is_served_while_redis_is_away(own_valkey: Engines, path: str):
    own_valkey.stop()
    assert Client().get(path).status_code == 200


@pytest.mark.django_db
def test_a_wrong_password_is_refused_while_redis_is_away_instead_of_failing(own_valkey: Engines):
    own_valkey.stop()
    answer = Client().post("/can-bo/dang-nhap/", {"login": "nobody", "password": "wrong-wrong-wrong"})
    assert answer.status_code in {200, 422}


def test_the_cache_works_again_by_itself_once_redis_is_back(own_valkey: Engines):
    own_valkey.stop()
    assert cache.get("a", "nothing") == "nothing"
    assert cache.add("lock", 1)
    own_valkey.start_valkey()
    cache.set("a", 1)
    assert cache.get("a") == 1
