"""The demo's SMS: files beside its e-mails, one a message, that only the owner reads."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from notices.sending.channels.contract import Message, TryAgain


def send(message: Message) -> None:
    """A repeat writes the same file again."""
    path = Path(settings.EMAIL_FILE_PATH) / f"sms-{message.key}.txt"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(f"{message.to}\n\n{message.text}\n")
    except OSError as trouble:
        raise TryAgain(type(trouble).__name__) from trouble
