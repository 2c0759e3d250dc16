"""What the environment makes of the settings, read by a process of its own as a deployment's would be."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import get_connection, send_mail

from portal.redis_urls import broker_url, cache_url
from portal.release.files import make_mail_folder
from tests.workers import ROOT

READ = """
import json, sys
from portal import settings
print(json.dumps({name: str(getattr(settings, name)) for name in sys.argv[1:]}))
"""
OWN = {
    "DEMO",
    "HOST",
    "PORT",
    "PORTAL_URL",
    "BEHIND_PROXY",
    "NUM_PROXIES",
    "EMAIL_BACKEND",
    "HTTPS",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "DATA_DIR",
}
SERVERS = {
    "DATABASE_URL": "postgresql://db.example/portal",
    "REDIS_URL": "redis://redis.example",
    "SECRET_KEY": "only-for-tests-0123456789-0123456789-0123456789-0123456789",
}


def environment(tmp_path: Path, given: dict[str, str]) -> dict[str, str]:
    stored = {name: value for name, value in os.environ.items() if name not in OWN}
    return stored | {"DATA_DIR": str(tmp_path)} | given


def settings_of(tmp_path: Path, given: dict[str, str], *names: str) -> dict[str, Any]:
    argv = [sys.executable, "-c", READ, *names]
    done = subprocess.run(argv, cwd=ROOT, env=environment(tmp_path, given), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({}, 0),
        ({"BEHIND_PROXY": "1"}, 1),
        ({"BEHIND_PROXY": "1", "NUM_PROXIES": ""}, 1),
        ({"BEHIND_PROXY": "1", "NUM_PROXIES": "2"}, 2),
    ],
)
def test_behind_a_proxy_every_limit_counts_the_visitors_behind_it(tmp_path: Path, given: dict[str, str], count: int):
    assert settings_of(tmp_path, SERVERS | given, "NUM_PROXIES") == {"NUM_PROXIES": str(count)}


def test_mail_goes_to_a_server_and_the_demos_into_files(tmp_path: Path):
    names = ("EMAIL_BACKEND", "EMAIL_TIMEOUT", "EMAIL_FILE_PATH", "SMS_TO_FILES")
    real = settings_of(tmp_path, SERVERS | {"EMAIL_BACKEND": ""}, *names)
    demo = settings_of(tmp_path, {"DEMO": "1"}, *names)
    assert (real["EMAIL_BACKEND"], real["EMAIL_TIMEOUT"]) == ("django.core.mail.backends.smtp.EmailBackend", "10")
    assert demo["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert demo["EMAIL_FILE_PATH"] == str(tmp_path / "mail")
    assert (real["SMS_TO_FILES"], demo["SMS_TO_FILES"]) == ("False", "True")


@pytest.mark.parametrize(
    ("given", "mail"),
    [
        ({}, ("True", "False", "587")),
        ({"EMAIL_USE_SSL": "1"}, ("False", "True", "465")),
        ({"EMAIL_USE_TLS": "0"}, ("False", "False", "25")),
    ],
)
def test_letters_are_encrypted_unless_a_deployment_says_otherwise(tmp_path: Path, given, mail):
    names = ("EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_PORT")
    assert tuple(settings_of(tmp_path, SERVERS | given, *names).values()) == mail


@pytest.mark.parametrize(
    ("given", "address"),
    [
        (SERVERS | {"ALLOWED_HOSTS": "motcua.example,other.example", "HTTPS": "1"}, "https://motcua.example"),
        (SERVERS | {"PORTAL_URL": "https://elsewhere.example/"}, "https://elsewhere.example"),
        ({"DEMO": "1", "PORT": "8042"}, "http://127.0.0.1:8042"),
    ],
)
def test_links_in_letters_begin_with_the_public_address(tmp_path: Path, given: dict[str, str], address: str):
    assert settings_of(tmp_path, given, "PORTAL_URL")["PORTAL_URL"] == address


def test_mail_kept_in_files_is_closed_to_other_accounts(tmp_path: Path):
    folder = tmp_path / "mail"
    make_mail_folder(folder)
    make_mail_folder(folder)
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=folder)
    assert send_mail("Đã tiếp nhận", "…", "portal@localhost", ["a@example.vn"], connection=connection) == 1
    assert len(list(folder.iterdir())) == 1
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_database_of_ones_own_gets_no_made_up_people_unasked(tmp_path: Path):
    given = {"DATABASE_URL": SERVERS["DATABASE_URL"], "REDIS_URL": SERVERS["REDIS_URL"]}
    done = subprocess.run(
        ["script/server"], cwd=ROOT, env=environment(tmp_path, given), capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert "or DEMO=1 to load the made-up district" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "brokers", "caches"),
    [
        ("redis://redis.example", "redis://redis.example", "redis://redis.example?db=1"),
        (
            "rediss://redis.example/3?ssl_ca_certs=/a.pem",
            "rediss://redis.example/3?ssl_ca_certs=/a.pem&ssl_cert_reqs=required",  # without it kombu speaks no TLS
            "rediss://redis.example/3?ssl_ca_certs=%2Fa.pem&db=4",
        ),
        ("redis://redis.example/3", "redis://redis.example/3", "redis://redis.example/3?db=4"),
        ("unix:///run/a.sock?db=2", "redis+socket:///run/a.sock?virtual_host=2", "unix:///run/a.sock?db=3"),
    ],
)
def test_the_cache_never_lies_in_the_brokers_database(given: str, brokers: str, caches: str):
    assert (broker_url(given), cache_url(given)) == (brokers, caches)


def test_what_a_web_process_loads_at_its_start_is_out_of_the_collectors_way(tmp_path: Path):
    program = "import gc, portal.wsgi; print(gc.get_freeze_count(), len(gc.get_objects()))"
    given = environment(
        tmp_path,
        SERVERS
        | {"HTTPS": "0"}
        | {"ALLOWED_HOSTS": "motcua.example", "SEALING_KEYS": "b25seS1mb3ItdGVzdHMtMDEyMzQ1Njc4OTAxMjM0NTY="},
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=given, capture_output=True, text=True, check=True
    )
    stored, left = map(int, done.stdout.split())
    assert stored > 100_000
    assert left < stored / 10
