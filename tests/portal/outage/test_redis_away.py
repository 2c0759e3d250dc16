"""Redis goes away and comes back: requests succeed meanwhile, and the worker lives through it."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from kombu import Connection

from portal.embedded.engines import EngineLocation, Engines, prepare_valkey
from portal.embedded.processes import Account
from portal.outage.breaker import Breaker
from portal.redis_urls import broker_url, cache_url
from tests.worker_tasks import hold, leave_mark
from tests.workers import WORKER, celery, wait_until


@pytest.fixture
def own_valkey(tmp_path: Path, settings) -> Iterator[Engines]:
    """A Valkey of this test's own, which the test may stop, with the cache and the health page turned to it."""
    sockets = Path(tempfile.mkdtemp(prefix="portal-test-"))
    engines = Engines(EngineLocation(home=tmp_path, logs=tmp_path, sockets=sockets, account=Account()))
    prepare_valkey(engines.location)
    engines.start_valkey()
    settings.REDIS_URL = engines.location.redis_url
    settings.CACHES = settings.CACHES | {
        "default": settings.CACHES["default"] | {"LOCATION": cache_url(engines.location.redis_url)}
    }
    yield engines
    engines.stop()
    shutil.rmtree(sockets)


@pytest.fixture
def own_worker(own_valkey: Engines, tmp_path: Path, transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    two_children = (*WORKER, "--concurrency=2")
    with celery(two_children, tmp_path / "worker.log", {"REDIS_URL": own_valkey.location.redis_url}) as process:
        wait_until(lambda: cache.get("heartbeat:worker") is not None)
        yield process


@pytest.mark.django_db(transaction=True)
def test_a_worker_with_a_task_in_hand_outlives_the_broker_finishes_it_and_takes_the_next(
    own_valkey: Engines, own_worker: subprocess.Popen[bytes], tmp_path: Path
):
    broker = Connection(broker_url(own_valkey.location.redis_url))
    hold.apply_async([str(tmp_path)], connection=broker)
    wait_until((tmp_path / "started").exists)

    own_valkey.stop()
    wait_until(lambda: "Cannot connect" in (tmp_path / "worker.log").read_text())
    answer = Client().get("/readyz").json()
    assert answer == {"database": "good", "broker": "bad", "worker": "bad", "beat": "bad", "figures": None}

    own_valkey.start_valkey()
    (tmp_path / "release").touch()
    wait_until((tmp_path / "finished").exists)
    leave_mark.apply_async(["after"], connection=Connection(broker_url(own_valkey.location.redis_url)))
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


@pytest.fixture
def hung_valkey(own_valkey: Engines) -> Iterator[subprocess.Popen[bytes]]:
    """It keeps its connections open and answers nothing."""
    cache.set("a", "before")
    process = own_valkey.valkey
    process.send_signal(signal.SIGSTOP)
    yield process
    process.send_signal(signal.SIGCONT)


@pytest.mark.usefixtures("hung_valkey")
def test_a_cache_that_hangs_costs_one_short_wait_however_often_it_is_asked():
    started = time.monotonic()
    for _ in range(20):
        assert cache.get("a", "nothing") == "nothing"
        assert cache.add("lock", 1)
        cache.set("b", 1)
    assert time.monotonic() - started < 1


@pytest.mark.django_db
@pytest.mark.usefixtures("hung_valkey")
def test_a_sign_in_is_judged_while_the_cache_hangs():
    started = time.monotonic()
    answer = Client().post("/can-bo/dang-nhap/", {"login": "nobody", "password": "wrong-wrong-wrong"})
    assert answer.status_code == 422
    assert time.monotonic() - started < 2  # it took 23 s


def test_one_caller_at_a_time_finds_out_whether_a_server_answers_again():
    now = 0.0
    breaker = Breaker(rest=5, clock=lambda: now)
    breaker.failed()
    assert not breaker.may_ask()
    now = 5.0
    assert [breaker.may_ask() for _ in range(3)] == [True, False, False]
    breaker.answered()
    assert [breaker.may_ask() for _ in range(3)] == [True, True, True]
