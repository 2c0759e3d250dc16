"""The commands of docker-compose.yml, run as they stand against the tests' engines."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
import redis
import yaml
from django.core.cache import cache
from django.db import connection
from django.test import Client

from portal.embedded import supervisor
from portal.embedded.engines import binaries
from portal.embedded.processes import Program, kill_session, launch, stop
from portal.health.checks import readiness
from portal.health.heartbeat import LATE_AFTER
from portal.release.new_secrets import SECRETS
from tests.databases import APPLICATION
from tests.workers import ROOT, database_url, free_port, owner_url, wait_until

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
NOWHERE = "postgresql://portal_app@127.0.0.1:1/portal"
PROXY = ROOT / "portal/proxy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CERTIFICATE = ["openssl", "req", "-x509", "-nodes", "-subj", "/CN=localhost", "-keyout", "key.pem", "-out"]
CERTIFICATE += ["certificate.pem", "-newkey", "rsa:2048"]
IMPORT_ALL = """
import django, importlib, pkgutil
django.setup()
from django.core.management import call_command
call_command("check", verbosity=0)
apps = ["accounts", "complaints", "dossiers", "files", "notices", "portal", "procedures", "reporting", "units"]
found = [one.name for app in apps for one in pkgutil.walk_packages([app], f"{app}.")]
for name in found:
    importlib.import_module(name)
print(len(found))
"""
OURS = ("prepare", "web", "worker", "beat")


def test_the_web_is_served_as_by_the_supervisor_and_reached_only_through_the_proxy():
    line = " ".join(SERVICES["web"]["command"])
    assert " ".join(supervisor.SERVED_BY) in line
    assert '", "'.join(supervisor.SERVED_BY) in (ROOT / "Dockerfile").read_text()
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert SERVICES["web"]["environment"]["BEHIND_PROXY"] == 1
    assert SERVICES["proxy"]["environment"]["PROXY_UPSTREAM"] == "web:8000"


def test_the_proxys_configuration_asks_for_nothing_that_compose_does_not_give():
    asked = {
        name
        for path in PROXY.glob("*.template")
        for name in re.findall(r"\$\{(\w+)\}", path.read_text(encoding="utf-8"))
    }
    assert asked == {name for name in SERVICES["proxy"]["environment"] if name.startswith("PROXY_")}


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt install nginx-light)")
@pytest.mark.parametrize("tls", ["", "-tls"])
def test_nginx_takes_the_proxys_configuration(tmp_path: Path, tls: str):
    (tmp_path / "tls").mkdir()
    subprocess.run(CERTIFICATE, cwd=tmp_path / "tls", check=True, capture_output=True)
    given = SERVICES["proxy"]["environment"] | {"PROXY_FOLDER": str(tmp_path), "PROXY_TLS": tls}
    given |= {"PROXY_PORT": str(free_port()), "PROXY_TLS_PORT": str(free_port())}
    values = {name: str(value).rpartition(":-")[2].rstrip("}") for name, value in given.items()}
    for template in PROXY.glob("*.template"):
        text = re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], template.read_text())
        (tmp_path / template.stem).write_text(text)
    done = subprocess.run(
        [str(NGINX), "-t", "-c", tmp_path / "nginx.conf"], check=False, capture_output=True, text=True
    )
    assert "test is successful" in done.stderr


def program(service: str, logs: Path, image: Path, port: int = 0) -> Program:
    """The service's own command, with this virtual environment's programs and another port, and without the keys that
    it is not given."""
    withheld = SERVICES[service]["environment"].get("KEYS_WITHHELD", "")
    argv = [word.replace("8000", str(port)) for word in SERVICES[service]["command"]]
    return Program(
        name=service,
        argv=(str(Path(sys.executable).parent / argv[0]), *argv[1:]),
        log=logs / f"{service}.log",
        env={
            "KEYS_WITHHELD": withheld,
            **{name: "" for name in withheld.split(",") if name},
            "DATABASE_URL": database_url() if "postgres_app_password" in SERVICES[service]["secrets"] else NOWHERE,
            "OWNER_DATABASE_URL": owner_url() if service == "prepare" else "",
            "DATA_DIR": str(logs),
            "DATABASE_POOL_SIZE": "2",
        },
        cwd=image,
    )


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the Dockerfile copies, without those of .dockerignore."""
    ignored = (ROOT / ".dockerignore").read_text().split()

    def left_out(folder: str, names: list[str]) -> set[str]:
        inside = Path(folder).relative_to(ROOT)
        return {name for name in names if str(inside / name) in ignored or f"**/{name}" in ignored}

    made = tmp_path_factory.mktemp("image") / "portal"
    shutil.copytree(ROOT, made, ignore=left_out)
    return made


def test_the_image_has_neither_the_demo_nor_tests_nor_scripts_and_its_modules_miss_none_of_them(image: Path):
    folders = {path.name for path in image.rglob("*") if path.is_dir()}
    assert folders & {"demo", "embedded", "tests", "script", "docs", "secrets", ".git"} == set()
    assert "requirements-production.lock" in (ROOT / "Dockerfile").read_text()
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        cwd=image,
        env=os.environ | {"DEMO": "0", "DJANGO_SETTINGS_MODULE": "portal.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) > 500


@pytest.fixture
def start(tmp_path: Path, image: Path, transactional_db: None) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """`start(service, port)` runs the service's command until the test's end."""
    cache.delete_many(["heartbeat:worker", "heartbeat:beat"])
    running: list[subprocess.Popen[bytes]] = []

    def run(service: str, port: int = 0) -> subprocess.Popen[bytes]:
        running.append(launch(program(service, tmp_path, image, port)))
        return running[-1]

    yield run
    for process in running:
        kill_session(process)


def test_every_service_of_ours_waits_for_the_release_and_knows_when_it_is_healthy():
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES["db"]["image"] == "postgres:18"


GIVEN = {
    "db": {"postgres_password"},
    "redis": {"valkey_password"},
    "prepare": {"secret_hash_keys", "postgres_password", "postgres_app_password"},
    "web": {"secret_key", "secret_key_fallbacks", "sealing_keys", "second_factor_keys", "secret_hash_keys"}
    | {"postgres_app_password", "valkey_password", "oidc_client_secret"},
    "proxy": set(),
    "worker": {"secret_key", "secret_key_fallbacks", "sealing_keys", "secret_hash_keys"}
    | {"postgres_app_password", "valkey_password", "email_host_password", "imap_url", "sms_gateway_token"},
    "beat": {"valkey_password"},
    "clamav": set(),
}


def test_each_service_is_given_the_secrets_it_needs_and_no_others():
    assert {name: set(service.get("secrets", [])) for name, service in SERVICES.items()} == GIVEN
    for name in OURS:
        paths = [path for path in SERVICES[name]["environment"].values() if str(path).startswith("/run/secrets/")]
        assert sorted(paths) == sorted(f"/run/secrets/{secret}" for secret in GIVEN[name])


def test_no_secret_is_in_an_environment_or_has_a_default():
    written = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"\$\{\w*(?:PASSWORD|SECRET|TOKEN|KEYS?)\b[^}]*\}", written.replace("TLS_KEY", "")) == []
    assert {name: one["file"] for name, one in COMPOSE["secrets"].items()} == {
        name: f"./secrets/{name}" for name in SECRETS
    }
    for ignored in (".gitignore", ".dockerignore"):
        assert "secrets" in (ROOT / ignored).read_text().replace("/", "").splitlines()


def test_only_the_worker_reaches_the_outside_and_the_web_only_an_identity_provider():
    networks = {name: (network or {}).get("internal", False) for name, network in COMPOSE["networks"].items()}
    assert networks == {
        "engines": True,
        "front": True,
        "provider": "${PROVIDER_IS_INTERNAL:-true}",
        "outside": False,
        "signatures": False,
        "public": False,
    }
    assert {name: service["networks"] for name, service in SERVICES.items()} == {
        "db": ["engines"],
        "redis": ["engines"],
        "prepare": ["engines"],
        "web": ["engines", "front", "provider"],
        "proxy": ["front", "public"],
        "worker": ["engines", "outside"],
        "beat": ["engines"],
        "clamav": ["engines", "signatures"],
    }


def test_valkey_asks_for_the_password_that_its_file_holds(tmp_path: Path):
    shell, option, script = SERVICES["redis"]["command"]
    (tmp_path / "valkey_password").write_text("mat-khau")
    _, folder = binaries()
    port = free_port()
    script = script.replace("$$", "$").replace("/run/secrets", str(tmp_path))
    script = script.replace("docker-entrypoint.sh ", f"{folder}/").replace(
        " <<", f" --port {port} --dir {tmp_path} <<"
    )
    process = launch(Program(name="valkey", argv=(shell, option, script), log=tmp_path / "log", env={}, cwd=tmp_path))
    try:
        with redis.Redis(port=port, password="mat-khau") as ours, redis.Redis(port=port) as strangers:
            wait_until(lambda: is_up(ours))
            with pytest.raises(redis.AuthenticationError):
                strangers.ping()
    finally:
        kill_session(process)


def is_up(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


def passes_its_check(service: str) -> bool:
    _, python, *arguments = SERVICES[service]["healthcheck"]["test"]
    assert python == "python"
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False, capture_output=True).returncode == 0


def sessions_of_others() -> set[str]:
    """The database roles of all processes that are connected to this database, but us."""
    with connection.cursor() as cursor:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT usename FROM pg_stat_activity WHERE {others}")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_worker_and_beat_are_distinguished(start: Callable[..., subprocess.Popen[bytes]]):
    assert Client().get("/readyz").status_code == 503
    assert not passes_its_check("beat")  # of the worker, another test's may be alive beside this one
    start("worker")
    beat = start("beat")
    wait_until(lambda: Client().get("/readyz").status_code == 200)
    assert passes_its_check("worker")
    assert passes_its_check("beat")

    wait_until(lambda: sessions_of_others() == {APPLICATION.name})

    stop(beat, signal.SIGTERM)
    last = cache.get("heartbeat:beat")
    wait_until(lambda: cache.get("heartbeat:worker") > last + 1)
    later = datetime.fromtimestamp(last, UTC) + timedelta(seconds=LATE_AFTER + 1)
    assert readiness(at=later) == {"database": True, "broker": True, "worker": True, "beat": False}


@pytest.mark.django_db(transaction=True)
def test_after_the_prepare_command_the_web_command_serves_the_portal(start: Callable[..., subprocess.Popen[bytes]]):
    assert start("prepare").wait(90) == 0
    port = free_port()
    start("web", port)
    wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
    page = urlopen(f"http://127.0.0.1:{port}/").read().decode()
    assert sessions_of_others() == {APPLICATION.name}
    (stylesheet,) = set(re.findall(r"/static/portal\.[0-9a-f]{12}\.css", page))
    given = urlopen(Request(f"http://127.0.0.1:{port}{stylesheet}", headers={"Accept-Encoding": "br"}))
    assert given.headers["Content-Encoding"] == "br"
    assert "immutable" in given.headers["Cache-Control"]


def answers(url: str) -> bool:
    try:
        return urlopen(url, timeout=5).status == 200
    except (URLError, ConnectionError):
        return False
