"""Documents name only files, modules and tables that exist."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

HOUSE = Path(settings.BASE_DIR)
PAGES = [*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")]
# The changelog may name what is gone. Files that a how-to creates follow "new" or stand in lines that begin with "+".
PRESENT = sorted(str(page.relative_to(HOUSE)) for page in PAGES if page.name != "CHANGELOG.md")
ROOMS = "accounts|complaints|dossiers|files|notices|portal|procedures|reporting|units"
APPS = f"{ROOMS}|docs|locale|script|static|templates|tests"
PLACE = re.compile(rf"(?<![\w/<.:-])(?<!new `)((?:{APPS})/(?:[\w-]+/)*(?:[\w-]+(?:\.[a-z]+)+)?)")
MODULE = re.compile(rf"`(?:python -m )?((?:{ROOMS})(?:\.\w+)+)`")
ROOM = re.compile(r"^(  )?(\w+)/ {2,}\S", re.MULTILINE)
ENTITY = re.compile(r"^    (\w+) [|}o{]+--[|}o{]+ (\w+) :", re.MULTILINE)


@pytest.mark.parametrize("page", PRESENT)
def test_every_file_and_folder_that_a_document_names_exists(page: str) -> None:
    lines = (HOUSE / page).read_text().splitlines()
    places = {place for line in lines if not line.startswith("+") for place in PLACE.findall(line)}
    assert sorted(place for place in places if not (HOUSE / place).exists()) == []


@pytest.mark.parametrize("page", PRESENT)
def test_every_module_that_a_document_names_exists(page: str) -> None:
    modules = set(MODULE.findall((HOUSE / page).read_text()))
    assert sorted(module for module in modules if not is_module(module)) == []


def is_module(name: str) -> bool:
    """Whether the dotted name is a module, or a name in one."""
    path, member = HOUSE.joinpath(*name.split(".")), name.rpartition(".")
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    above = HOUSE.joinpath(*member[0].split("."))
    source = above / "__init__.py" if above.is_dir() else above.with_suffix(".py")
    return source.exists() and re.search(rf"\b{member[2]}\b", source.read_text()) is not None


def test_every_table_that_the_architecture_names_exists() -> None:
    named = {name for pair in ENTITY.findall((HOUSE / "docs/architecture.md").read_text()) for name in pair}
    assert len(named) > 50
    assert named <= {model.__name__ for model in apps.get_models()}


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_the_readme_names_every_room_of_every_app_in_one_line(page: str) -> None:
    named: dict[str, list[str]] = {}
    for inside, name in ROOM.findall((HOUSE / page).read_text()):
        if not inside:
            named[name] = rooms = []
        else:
            rooms.append(name)
    there = {app: sorted(rooms_of(HOUSE / app)) for app in ROOMS.split("|")}
    assert {app: sorted(rooms) for app, rooms in named.items()} == there


def rooms_of(app: Path) -> set[str]:
    return {path.parent.name for path in app.glob("*/__init__.py")} - {
        "management",
        "migrations",
        "models",
        "templatetags",
    }
