"""Whether the committed translations say all that the source says, and nothing is left half done."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import polib

SKIPPED: Final = (".venv", ".git", ".local", "tests", "docs", "__pycache__", "node_modules", ".*")


def translation_faults(root: Path, language: str) -> list[str]:
    """One line per fault in `root`/locale/`language`: missing, untranslated or unclear texts. Needs GNU gettext.

    The texts are read from a copy of the tree, so nothing below `root` changes.
    """
    committed = root / "locale" / language / "LC_MESSAGES" / "django.po"
    if not committed.exists():
        return [f"{committed.relative_to(root)} is missing"]
    ours = polib.pofile(str(committed))
    known = {(entry.msgctxt, entry.msgid) for entry in ours if not entry.obsolete}
    wanted = _source_texts(root, language)
    return [
        *(
            f"missing: {msgid!r} ({places})"
            for (context, msgid), places in wanted.items()
            if (context, msgid) not in known
        ),
        *(f"no longer used: {entry.msgid!r}" for entry in ours if _is_stale(entry, wanted)),
        *(f"unclear (fuzzy): {entry.msgid!r}" for entry in ours.fuzzy_entries() if not entry.obsolete),
        *(f"untranslated: {entry.msgid!r}" for entry in ours.untranslated_entries()),
    ]


def _is_stale(entry: polib.POEntry, wanted: dict[tuple[str | None, str], str]) -> bool:
    return not entry.obsolete and (entry.msgctxt, entry.msgid) not in wanted


def _source_texts(root: Path, language: str) -> dict[tuple[str | None, str], str]:
    """Every marked text of the source with the places where it occurs."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "portal"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*SKIPPED))
        shutil.rmtree(copy / "locale", ignore_errors=True)
        (copy / "locale").mkdir()
        argv = [sys.executable, "-m", "django", "makemessages", "-l", language, "--no-wrap", "-v", "0"]
        env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        subprocess.run(argv, cwd=copy, env=env, check=True)
        made = polib.pofile(str(copy / "locale" / language / "LC_MESSAGES" / "django.po"))
    return {(entry.msgctxt, entry.msgid): ", ".join(place for place, _ in entry.occurrences) for entry in made}
