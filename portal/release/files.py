"""What a release finds on the disk: static files, collected once and not at every start, and the mail folder."""

import hashlib
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command

UNUSED: Final = ["rest_framework", "redoc"]  # pages that we do not offer: half of the time and of the space


def collect_static(root: Path) -> bool:
    """Collect the static files into `root` unless they are there; returns whether there was anything to do."""
    stamp = root / ".collected"
    mark = _digest()
    if stamp.exists() and stamp.read_text() == mark:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
    stamp.write_text(mark)
    return True


def make_mail_folder(path: Path) -> None:
    """The folder of mail stored as files (the demo's), closed to other accounts."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def _digest() -> str:
    """Changes with our own files and with any package's version."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements-production.lock").read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
