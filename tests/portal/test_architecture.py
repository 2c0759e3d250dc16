"""docs/architecture.md names only what exists."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

PAGE = (Path(settings.BASE_DIR) / "docs/architecture.md").read_text()
APPS = "accounts|complaints|docs|dossiers|files|notices|portal|procedures|reporting|script|tests|units"
PLACE = re.compile(rf"(?<![/<])\b((?:{APPS})/(?:[a-z_0-9]+/)*(?:[a-z_0-9]+\.py)?)")
ENTITY = re.compile(r"^    (\w+) [|}o{]+--[|}o{]+ (\w+) :", re.MULTILINE)


@pytest.mark.parametrize("place", sorted(set(PLACE.findall(PAGE))))
def test_every_file_and_folder_that_it_names_exists(place: str) -> None:
    assert (settings.BASE_DIR / place).exists()


def test_every_table_that_it_names_exists() -> None:
    named = {name for pair in ENTITY.findall(PAGE) for name in pair}
    assert len(named) > 50
    assert named <= {model.__name__ for model in apps.get_models()}
