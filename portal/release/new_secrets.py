"""`python -m portal.release.new_secrets FOLDER`: makes the files that docker-compose.yml gives to its services.

What is random is made; what others give (passwords of the mail server, say) is an empty file to be filled in. A file
that exists is left as it is.
"""

import base64
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

READER: Final = 10_001
"""The number of the account of web, worker, beat and prepare in the image (Dockerfile); root reads for the engines."""


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _random() -> str:
    return secrets.token_urlsafe(48)


def _empty() -> str:
    return ""


SECRETS: Final[dict[str, Callable[[], str]]] = {
    "secret_key": _random,
    "secret_key_fallbacks": _empty,
    "sealing_keys": _fernet_key,
    "second_factor_keys": _fernet_key,
    "secret_hash_keys": _random,
    "postgres_password": _random,
    "postgres_app_password": _random,
    "valkey_password": _random,
    "email_host_password": _empty,
    "imap_url": _empty,
    "sms_gateway_token": _empty,
    "oidc_client_secret": _empty,
}


def make_secrets(folder: Path) -> list[str]:
    """Makes the missing files in `folder`, each for its owner alone; returns their names."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    missing = [name for name in SECRETS if not (folder / name).exists()]
    for name in missing:
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(SECRETS[name]())
        if os.geteuid() == 0:
            os.chown(path, READER, READER)
    return missing


if __name__ == "__main__":
    print("\n".join(make_secrets(Path(sys.argv[1]))))  # noqa: T201
