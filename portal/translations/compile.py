"""Compile translations without GNU gettext, which a bare machine lacks."""

import os
from pathlib import Path

import polib


def compile_translations(locale_dir: Path) -> list[Path]:
    """Write each .po file's .mo beside it where that is missing or older; returns the .po files compiled.

    Several processes may do this at once: the .mo file appears whole or not at all.
    """
    stale = [po for po in sorted(locale_dir.glob("*/LC_MESSAGES/*.po")) if _is_stale(po)]
    for po in stale:
        draft = po.with_suffix(f".{os.getpid()}.part")
        polib.pofile(str(po)).save_as_mofile(str(draft))
        draft.replace(po.with_suffix(".mo"))
    return stale


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime
