"""Secrets come from files, each process gets those that it needs, and none starts without them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from accounts.checks import check_hash_keys, check_second_factor_keys
from complaints.checks import check_sealing_keys
from portal.addresses import with_password
from portal.release.new_secrets import SECRETS, make_secrets
from tests.portal.test_settings import SERVERS, settings_of
from tests.workers import ROOT

KEYS = ("SECRET_KEY", "SEALING_KEYS", "SECOND_FACTOR_KEYS", "SECRET_HASH_KEYS")


def test_every_secret_may_be_the_content_of_a_file(tmp_path: Path):
    make_secrets(tmp_path)
    (tmp_path / "postgres_app_password").write_text("mật/khẩu\n")
    given = SERVERS | {f"{name}_FILE": str(tmp_path / name.lower()) for name in KEYS}
    given |= {"DATABASE_PASSWORD_FILE": str(tmp_path / "postgres_app_password")}
    found = settings_of(tmp_path, given, "DATABASE_URL", *KEYS)
    assert found["DATABASE_URL"] == "postgresql://:m%E1%BA%ADt%2Fkh%E1%BA%A9u@db.example/portal"
    assert found["SECRET_KEY"] == (tmp_path / "secret_key").read_text()
    assert found["SEALING_KEYS"] == str([(tmp_path / "sealing_keys").read_text()])


@pytest.mark.parametrize(
    ("url", "password", "made"),
    [
        ("postgresql://portal@db:5432/portal", "a@b:c", "postgresql://portal:a%40b%3Ac@db:5432/portal"),
        (
            "postgresql://portal:old@db/portal?sslmode=verify-full",
            "new",
            "postgresql://portal:new@db/portal?sslmode=verify-full",
        ),
        ("rediss://redis:6379/0", "new", "rediss://:new@redis:6379/0"),
        ("redis://redis:6379/0", "", "redis://redis:6379/0"),
        ("", "new", ""),
    ],
)
def test_a_password_given_apart_from_its_address_is_put_into_it(url: str, password: str, made: str):
    assert with_password(url, password) == made


def test_new_secrets_are_good_keys_for_their_owner_alone_and_stay_as_they_are(tmp_path: Path, settings):
    assert make_secrets(tmp_path / "secrets") == list(SECRETS)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    settings.SEALING_KEYS, settings.SECOND_FACTOR_KEYS = [made["sealing_keys"]], [made["second_factor_keys"]]
    settings.SECRET_HASH_KEYS = [made["secret_hash_keys"]]
    assert [*check_sealing_keys(None), *check_second_factor_keys(None), *check_hash_keys(None)] == []
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()} == {0o600}
    assert make_secrets(tmp_path / "secrets") == []
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == made
    random = [text for text in made.values() if text]
    assert len(set(random)) == len(random) == 7


def test_a_key_is_missed_only_by_a_process_that_should_have_it(settings):
    settings.SEALING_KEYS = settings.SECOND_FACTOR_KEYS = settings.SECRET_HASH_KEYS = []
    settings.KEYS_WITHHELD = ["SEALING_KEYS", "SECOND_FACTOR_KEYS"]
    assert check_sealing_keys(None) == check_second_factor_keys(None) == []
    assert [error.id for error in check_hash_keys(None)] == ["accounts.E011"]


def test_a_process_without_the_secret_key_signs_with_one_that_nobody_believes(tmp_path: Path):
    given = SERVERS | {"SECRET_KEY": "", "KEYS_WITHHELD": "SECRET_KEY"}
    first, second = (settings_of(tmp_path, given, "SECRET_KEY")["SECRET_KEY"] for _ in range(2))
    assert first != second
    assert len(first) >= 50


@pytest.mark.parametrize(
    ("program", "given", "sentence"),
    [
        (["-c", "import portal.wsgi"], {"SEALING_KEYS": ""}, "SEALING_KEYS is empty"),
        (
            ["-m", "celery", "-A", "portal", "worker"],
            {"HTTPS": "1", "IMAP_URL": "imap://hop:bi-mat@imap.example/INBOX"},
            "IMAP_URL reaches another machine without TLS.",
        ),
    ],
)
def test_web_and_worker_refuse_to_start_and_say_why(program: list[str], given: dict[str, str], sentence: str):
    done = subprocess.run(
        [sys.executable, *program], cwd=ROOT, env=os.environ | given, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "bi-mat" not in done.stderr


@pytest.mark.parametrize(("demo", "readable"), [("0", 0), ("1", 1)])
def test_no_other_process_reads_the_memory_of_the_web(tmp_path: Path, demo: str, readable: int):
    program = "import ctypes, portal.wsgi; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"  # PR_GET_DUMPABLE
    env = os.environ | {"DEMO": demo, "DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.stdout.strip() == str(readable), done.stderr
