"""Checks at the start: with HTTPS=1, what leaves this machine is encrypted, to a server that proves who it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, run_checks
from psycopg.conninfo import conninfo_to_dict

DATABASE, BROKER, MAIL, MAILBOX, SMS, ANTIVIRUS = (f"portal.E00{number}" for number in range(1, 7))
LOCAL: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})
PRIVATE: Final = "; or ENGINES_ON_PRIVATE_NETWORK=1, where the portal and its servers alone are on that network."


def check_encryption(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """An error for each address of another machine that is not reached over verified TLS. No address is printed: most
    hold a password."""
    if not settings.HTTPS:
        return []
    found = (
        *map(_database, ("DATABASE_URL", "OWNER_DATABASE_URL")),
        _broker(),
        _antivirus(),
        _mail(),
        _mailbox(),
        _sms(),
    )
    return [error for error in found if error]


def refuse_unsafe_start() -> None:
    """Leaves this process with a sentence for each error of our checks: neither web nor worker is a command of Django,
    which runs them by itself. Raises SystemExit."""
    errors = [str(found) for found in run_checks(tags=[Tags.security]) if found.is_serious()]
    if errors:
        raise SystemExit("\n".join(errors))


def _database(setting: str) -> Error | None:
    given = conninfo_to_dict(getattr(settings, setting))
    hosts = f"{given.get('host', '')},{given.get('hostaddr', '')}".split(",")
    if settings.ENGINES_ON_PRIVATE_NETWORK or all(map(_is_local, hosts)) or given.get("sslmode") == "verify-full":
        return None
    hint = f"Add ?sslmode=verify-full&sslrootcert=FILE, or sslrootcert=system for a public authority{PRIVATE}"
    return Error(f"{setting} reaches another machine without sslmode=verify-full.", hint=hint, id=DATABASE)


def _broker() -> Error | None:
    url = urlsplit(settings.REDIS_URL)
    is_verified = url.scheme == "rediss" and _verifies(url.query)
    if settings.ENGINES_ON_PRIVATE_NETWORK or _is_local(url.hostname) or is_verified:  # a Unix socket has no host
        return None
    hint = f"rediss://…, with ?ssl_ca_certs=FILE for an authority of your own{PRIVATE}"
    return Error("REDIS_URL reaches another machine without verified TLS.", hint=hint, id=BROKER)


def _antivirus() -> Error | None:
    """clamd speaks no TLS."""
    url = urlsplit(settings.CLAMD_ADDRESS)
    if not settings.CLAMD_ADDRESS or url.scheme == "unix":
        return None
    if url.scheme == "tcp" and (settings.ENGINES_ON_PRIVATE_NETWORK or _is_local(url.hostname)):
        return None
    hint = f"unix:///run/clamav/clamd.ctl, or tcp://127.0.0.1:3310{PRIVATE}"
    return Error(
        "CLAMD_ADDRESS is neither a socket nor a port that this machine alone reaches.", hint=hint, id=ANTIVIRUS
    )


def _mail() -> Error | None:
    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend") or _is_local(settings.EMAIL_HOST):
        return None
    if settings.EMAIL_USE_TLS != settings.EMAIL_USE_SSL:
        return None
    hint = "EMAIL_USE_TLS=1 (STARTTLS, port 587) or EMAIL_USE_SSL=1 (port 465), not both."
    return Error("EMAIL_HOST is another machine and would get letters without TLS.", hint=hint, id=MAIL)


def _mailbox() -> Error | None:
    url = urlsplit(settings.IMAP_URL)
    if url.scheme != "imap" or _is_local(url.hostname):
        return None
    return Error("IMAP_URL reaches another machine without TLS.", hint="imaps:// or imap+starttls://", id=MAILBOX)


def _sms() -> Error | None:
    url = urlsplit(settings.SMS_GATEWAY_URL)
    if url.scheme == "https" or _is_local(url.hostname):
        return None
    return Error("SMS_GATEWAY_URL is no https address.", id=SMS)


def _is_local(host: str | None) -> bool:
    """Whether it is this machine; a folder or an abstract name is a Unix socket."""
    return (host or "") in LOCAL or str(host).startswith(("/", "@"))


def _verifies(query: str) -> bool:
    given = {name: values[0].lower() for name, values in parse_qs(query).items()}
    return given.get("ssl_cert_reqs", "required") == "required" and given.get("ssl_check_hostname") != "false"
