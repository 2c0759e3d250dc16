"""Translations compile without gettext, and the check finds what is missing."""

import gettext
import os
import shutil
from pathlib import Path

import polib
import pytest

from portal.translations.check import translation_faults
from portal.translations.compile import compile_translations

TEMPLATE = '{% load i18n %}{% translate "Hồ sơ" %} {% translate "Ngày hẹn" %} {% translate "Nơi nhận" %}'


def write_po(root: Path, **texts: str) -> Path:
    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    po.extend(polib.POEntry(msgid=source.replace("_", " "), msgstr=text) for source, text in texts.items())
    path = root / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    po.save(str(path))
    return path


def test_a_translation_is_compiled_once_and_again_after_a_change(tmp_path: Path):
    po = write_po(tmp_path, Hồ_sơ="Dossier")
    assert compile_translations(tmp_path / "locale") == [po]
    assert compile_translations(tmp_path / "locale") == []
    with po.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Hồ sơ") == "Dossier"
    made = po.with_suffix(".mo").stat().st_mtime
    os.utime(po, (made + 5, made + 5))
    assert compile_translations(tmp_path / "locale") == [po]


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")
def test_missing_untranslated_and_leftover_texts_are_named(tmp_path: Path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    write_po(tmp_path, Hồ_sơ="Dossier", Ngày_hẹn="", Đã_bỏ="Dropped")
    assert [fault.split(" (")[0] for fault in translation_faults(tmp_path, "en")] == [
        "missing: 'Nơi nhận'",
        "no longer used: 'Đã bỏ'",
        "untranslated: 'Ngày hẹn'",
    ]
    write_po(tmp_path, Hồ_sơ="Dossier", Ngày_hẹn="Due day", Nơi_nhận="Desk")
    assert translation_faults(tmp_path, "en") == []
