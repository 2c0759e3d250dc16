"""Secrets and logins of the demo."""

import base64
import os
import secrets
from pathlib import Path
from typing import Final

from portal.start_errors import CannotStartError

# Fixed so that the person trying the demo can type it. Only `load_demo` makes accounts with it, and it refuses without
# DEMO=1, which script/server sets by itself only where it also brings the database.
PASSWORD: Final = "motcua-demo-2026"  # noqa: S105
# A login whose authenticator app has this seed: `manage.py demo_code` shows its code where no telephone is at hand.
SECOND_FACTOR_LOGIN: Final = "canbo-totp"
SECOND_FACTOR_SEED: Final = "MOTCUADEMOMOTCUADEMOMOTCUADEMO22"
LOGINS: Final = {
    "clerk": "canbo",
    "leader": "truongphong",
    "official": "lanhdao",
    "administrator": "quantri",
    "second_administrator": "quantri2",
    "reception": "tiepdan",
    "inspector": "thanhtra",
    "editor": "bientap",
    "second_editor": "bientap2",
}


def secret_key(data_dir: Path) -> str:
    """The demo's SECRET_KEY, made at the first call and stored in `data_dir` for its owner alone.

    Raises CannotStartError when `data_dir` cannot be written.
    """
    return _read_or_create(data_dir, "secret", secrets.token_urlsafe(50))


def sealing_key(data_dir: Path) -> str:
    """The key with which the demo seals denunciations, made and stored like its secret; a Fernet key.

    Raises CannotStartError when `data_dir` cannot be written.
    """
    return _read_or_create(data_dir, "sealing-key", _fernet_key())


def second_factor_key(data_dir: Path) -> str:
    """The key with which the demo encrypts seeds of second factors, made and stored like its secret; a Fernet key.

    Raises CannotStartError when `data_dir` cannot be written.
    """
    return _read_or_create(data_dir, "second-factor-key", _fernet_key())


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def hash_key(data_dir: Path) -> str:
    """The key of the demo's hashed look-up secrets, made and stored like its secret.

    Raises CannotStartError when `data_dir` cannot be written.
    """
    return _read_or_create(data_dir, "hash-key", secrets.token_urlsafe(48))


def _read_or_create(data_dir: Path, name: str, made: str) -> str:
    path = data_dir / name
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        _write_once(path, made)
        return path.read_text()
    except OSError as error:
        raise CannotStartError(f"No permission to write in {data_dir}: {error.strerror}.") from error


def _write_once(path: Path, text: str) -> None:
    """Write a file of mode 0600 in one step; the first of several processes wins."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
