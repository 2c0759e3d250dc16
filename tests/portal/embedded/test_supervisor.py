"""One process watches all others: it restarts what dies, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.workers import ROOT, free_port, wait_until

# A static file server whose file "readyz" says that all is well, and two children that only sleep.
SMALL_PORTAL = """
import sys
from pathlib import Path
from portal.embedded.engines import Engines, location_for
from portal.embedded.processes import Program
from portal.embedded.supervisor import Supervisor

data, port = Path(sys.argv[1]), int(sys.argv[2])
web = (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(data))
programs = [Program(name, argv, data / "log") for name, argv in
            {"web": web, "worker": ("sleep", "1000"), "beat": ("sleep", "1001")}.items()]
Supervisor(
    data_dir=data, host="127.0.0.1", port=port, engines=Engines(location_for(data)), embedded=frozenset(),
    preparation=("true",), programs=programs, welcome=lambda: "ready", say=lambda line: print(line, flush=True),
).run()
"""


@pytest.fixture
def small_portal(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """A supervisor with three small children; calling the fixture's value gives what it said so far."""
    (tmp_path / "readyz").touch()
    marker = tmp_path / "said"
    with marker.open("wb") as out:
        argv = [sys.executable, "-c", SMALL_PORTAL, str(tmp_path), str(free_port())]
        process = subprocess.Popen(argv, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
    read = lambda: marker.read_text()  # noqa: E731
    read.process = process
    wait_until(lambda: "ready" in read())
    yield read
    process.kill()
    process.wait()


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_child_that_dies_is_started_again_and_said_so(small_portal):
    before = children(small_portal.process.pid)
    os.kill(before[1], signal.SIGKILL)
    wait_until(lambda: "worker stopped (exit code -9); starting it again in 1 s." in small_portal())
    wait_until(lambda: len(children(small_portal.process.pid)) == 3)
    assert before[1] not in children(small_portal.process.pid)
    wait_until(lambda: "worker is running again." in small_portal())
    assert small_portal().count("running again") == 1


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_everything_stops_within_five_seconds_and_leaves_no_process(small_portal, how):
    pids = children(small_portal.process.pid)
    small_portal.process.send_signal(how)
    assert small_portal.process.wait(5) == 0
    assert [pid for pid in pids if is_running(pid)] == []


def test_even_a_killed_supervisor_leaves_no_process(small_portal):
    pids = children(small_portal.process.pid)
    small_portal.process.kill()
    small_portal.process.wait()
    wait_until(lambda: not any(is_running(pid) for pid in pids))


def serve(data_dir: Path, port: str) -> subprocess.CompletedProcess[str]:
    given = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}
    env = {name: value for name, value in os.environ.items() if name not in given}
    argv = [sys.executable, "manage.py", "serve"]
    env |= {"DEMO": "1", "DATA_DIR": str(data_dir), "PORT": port}
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=30, check=False)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_a_taken_port_is_shown_in_one_sentence(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert f"Port {port} on 127.0.0.1 cannot be used" in one_sentence(serve(tmp_path, port))


def test_a_second_copy_on_the_same_data_is_told_which_process_has_it(small_portal, tmp_path: Path):
    assert f"(process {small_portal.process.pid})" in one_sentence(serve(tmp_path, str(free_port())))


def test_a_port_that_is_no_number_is_shown_in_one_sentence(tmp_path: Path):
    assert "PORT must be a number" in one_sentence(serve(tmp_path, "http"))


def test_a_folder_that_cannot_be_written_is_shown_in_one_sentence():
    assert "No permission to write in /proc/portal" in one_sentence(serve(Path("/proc/portal"), str(free_port())))


def test_the_demos_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path):
    serve(tmp_path, "http")
    secret = tmp_path / "secret"
    first = secret.read_text()
    serve(tmp_path, "http")
    assert secret.read_text() == first
    assert len(first) > 50
    assert secret.stat().st_mode & 0o777 == 0o600


def test_the_demo_with_its_published_password_serves_other_machines_only_when_asked_twice(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setenv("HOST", "192.0.2.7")
    monkeypatch.delenv("DEMO_FOR_OTHERS", raising=False)
    with pytest.raises(CommandError, match="DEMO_FOR_OTHERS=1"):
        call_command("serve")
