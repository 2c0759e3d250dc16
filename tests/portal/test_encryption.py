"""With HTTPS=1 nothing leaves the machine unencrypted, or to a server that cannot prove who it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as given_settings
from psycopg.conninfo import conninfo_to_dict

from portal import checks
from portal.checks import check_encryption
from tests.complaints.intake.mailbox.post_office import make_papers
from tests.tls import connect_to, tls_line
from tests.workers import ROOT

POSTGRES = "postgresql://portal_app:bi-mat@db.example/portal"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
ASK_ALL = """
import json, django
django.setup()
from django.core.cache import cache
from django.db import connection
from portal.celery import app
from portal.health.checks import _broker_answers

def answers(ask):
    try:
        return bool(ask())
    except Exception as error:
        return type(error).__name__

print(json.dumps({
    "database": answers(lambda: connection.cursor().execute("SELECT 1")),
    "broker": answers(lambda: app.connection_for_write().ensure_connection(max_retries=1, timeout=3)),
    "cache": (cache.set("seen-over-tls", 1, 5), cache.get("seen-over-tls"))[1],
    "health": _broker_answers(),
}))
"""


@pytest.fixture
def production(settings):
    """As a deployment that reaches nothing but this machine."""
    settings.HTTPS, settings.ENGINES_ON_PRIVATE_NETWORK = True, False
    settings.DATABASE_URL, settings.OWNER_DATABASE_URL = "postgresql://portal@/portal?host=/run/postgresql", ""
    settings.REDIS_URL, settings.IMAP_URL, settings.SMS_GATEWAY_URL = "unix:///run/valkey.sock?db=0", "", ""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "localhost"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return settings


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, None),
        ({"DATABASE_URL": POSTGRES}, checks.DATABASE),
        ({"DATABASE_URL": f"{POSTGRES}?sslmode=require"}, checks.DATABASE),
        ({"DATABASE_URL": f"{POSTGRES}?sslmode=verify-full&sslrootcert=system"}, None),
        ({"DATABASE_URL": "postgresql://portal@localhost,db.example/portal"}, checks.DATABASE),
        ({"DATABASE_URL": "postgresql://portal@localhost/portal?hostaddr=10.0.0.7"}, checks.DATABASE),
        ({"DATABASE_URL": "postgresql://portal@127.0.0.1:5433/portal"}, None),
        ({"OWNER_DATABASE_URL": POSTGRES}, checks.DATABASE),
        ({"DATABASE_URL": POSTGRES, "ENGINES_ON_PRIVATE_NETWORK": True}, None),
        ({"REDIS_URL": "redis://:bi-mat@redis.example"}, checks.BROKER),
        ({"REDIS_URL": "rediss://:bi-mat@redis.example/0"}, None),
        ({"REDIS_URL": "rediss://:bi-mat@redis.example/0?ssl_cert_reqs=none"}, checks.BROKER),
        ({"REDIS_URL": "rediss://:bi-mat@redis.example/0?ssl_check_hostname=False"}, checks.BROKER),
        ({"REDIS_URL": "redis://:bi-mat@redis.example", "ENGINES_ON_PRIVATE_NETWORK": True}, None),
        ({"REDIS_URL": "redis://127.0.0.1"}, None),
        ({"CLAMD_ADDRESS": "unix:///run/clamav/clamd.ctl"}, None),
        ({"CLAMD_ADDRESS": "tcp://127.0.0.1:3310"}, None),
        ({"CLAMD_ADDRESS": "tcp://clamav:3310"}, checks.ANTIVIRUS),
        ({"CLAMD_ADDRESS": "tcp://clamav:3310", "ENGINES_ON_PRIVATE_NETWORK": True}, None),
        ({"CLAMD_ADDRESS": "clamav:3310", "ENGINES_ON_PRIVATE_NETWORK": True}, checks.ANTIVIRUS),
        ({"EMAIL_HOST": "mail.example"}, checks.MAIL),
        ({"EMAIL_HOST": "mail.example", "ENGINES_ON_PRIVATE_NETWORK": True}, checks.MAIL),
        ({"EMAIL_HOST": "mail.example", "EMAIL_USE_TLS": True}, None),
        ({"EMAIL_HOST": "mail.example", "EMAIL_USE_SSL": True}, None),
        ({"EMAIL_HOST": "mail.example", "EMAIL_USE_TLS": True, "EMAIL_USE_SSL": True}, checks.MAIL),
        ({"IMAP_URL": "imap://hop:bi-mat@imap.example/INBOX"}, checks.MAILBOX),
        ({"IMAP_URL": "imaps://hop:bi-mat@imap.example/INBOX"}, None),
        ({"IMAP_URL": "imap+starttls://hop:bi-mat@imap.example/INBOX"}, None),
        ({"SMS_GATEWAY_URL": "http://sms.example/send"}, checks.SMS),
        ({"SMS_GATEWAY_URL": "https://sms.example/send"}, None),
    ],
)
def test_a_line_to_another_machine_without_verified_tls_stops_the_start(production, given, fault):
    for name, value in given.items():
        setattr(production, name, value)
    found = check_encryption(None)
    assert [error.id for error in found] == ([fault] if fault else [])
    assert "bi-mat" not in str(found)


def test_a_trial_without_https_may_do_without_tls_everywhere(production):
    production.HTTPS, production.DATABASE_URL = False, POSTGRES
    assert check_encryption(None) == []


def test_prepare_refuses_a_database_of_another_machine_in_plain_words():
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env=os.environ | {"HTTPS": "1", "DATABASE_URL": POSTGRES, "OWNER_DATABASE_URL": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "DATABASE_URL reaches another machine without sslmode=verify-full." in done.stderr
    assert "ENGINES_ON_PRIVATE_NETWORK=1" in done.stderr


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="module")
def ports(papers: Path) -> Iterator[tuple[int, int]]:
    """Of PostgreSQL and Valkey behind TLS."""
    database, broker = conninfo_to_dict(given_settings.DATABASE_URL), urlsplit(given_settings.REDIS_URL)
    host, port = str(database["host"]), int(database["port"] or 5432)
    to_postgres = partial(connect_to, f"{host}/.s.PGSQL.{port}" if host.startswith("/") else host, port)
    to_valkey = partial(connect_to, broker.hostname or broker.path, broker.port or 6379)
    with tls_line(papers, to_postgres, as_postgresql=True) as first, tls_line(papers, to_valkey) as second:
        yield first, second


def answered(ports: tuple[int, int], authority: Path) -> dict[str, bool | str | None]:
    """What the portal's own settings reach over TLS, trusting `authority` alone."""
    own = conninfo_to_dict(given_settings.DATABASE_URL)
    name = f"postgresql://{own['user']}:{own.get('password') or ''}@127.0.0.1:{ports[0]}/{own['dbname']}"
    number = parse_qs(urlsplit(given_settings.REDIS_URL).query).get("db", ["0"])[0]
    given = {
        "DATABASE_URL": f"{name}?sslmode=verify-full&sslrootcert={authority}",
        "REDIS_URL": f"rediss://127.0.0.1:{ports[1]}/{number}?ssl_ca_certs={authority}",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "OWNER_DATABASE_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK_ALL], cwd=ROOT, env=os.environ | given, capture_output=True, text=True, check=True
    )
    found: dict[str, bool | str | None] = json.loads(done.stdout)
    return found


def test_database_broker_and_cache_are_reached_over_tls_and_only_where_the_certificate_is_trusted(
    ports: tuple[int, int], papers: Path, tmp_path: Path
):
    assert answered(ports, papers / "server.pem") == {"database": True, "broker": True, "cache": 1, "health": True}
    strangers = answered(ports, make_papers(tmp_path) / "server.pem")
    assert strangers == {"database": "OperationalError", "broker": "OperationalError", "cache": None, "health": False}
