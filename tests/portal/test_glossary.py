"""docs/glossary.md has a line for every table, enum and capability, and names only what exists."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

HOUSE = Path(settings.BASE_DIR)
ROOMS = ("units", "accounts", "notices", "files", "procedures", "dossiers", "complaints", "reporting", "portal")
# Folders by kind of code: what they hold belongs to the capability around them.
BY_KIND = {"actions", "api", "forms", "management", "migrations", "serializers", "templatetags", "views"}
ENUMS = {"Enum", "IntEnum", "StrEnum", "IntegerChoices", "TextChoices"}
SPAN = re.compile(r"`([^`]+)`")


def lines() -> Iterator[tuple[str, str, str]]:
    """App, middle column and last column of each line."""
    room = ""
    for line in (HOUSE / "docs/glossary.md").read_text().splitlines():
        if line.startswith("## "):
            room = line[3:].split(":")[0]
        elif line.startswith("| ") and not line.startswith("| Tiếng Việt |"):
            _, _, names, meaning, _ = line.split("|")
            yield room, names, meaning


NAMES: dict[str, list[str]] = {}
for _room, _names, _ in lines():
    NAMES.setdefault(_room, []).extend(SPAN.findall(_names))


def modules(room: str) -> Iterator[Path]:
    return (path for path in (HOUSE / room).rglob("*.py") if "migrations" not in path.parts)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def classes(body: list[ast.stmt], outer: str = "") -> Iterator[tuple[str, ast.ClassDef]]:
    """Every public class with its name, `Outer.Inner` where it is nested."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield outer + node.name, node
            yield from classes(node.body, f"{outer}{node.name}.")


def is_enum(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).split(".")[-1] in ENUMS for base in node.bases)


def enums(room: str) -> set[str]:
    return {name for path in modules(room) for name, node in classes(parsed(path).body) if is_enum(node)}


def capabilities(room: str) -> set[str]:
    folders = {path.parent.relative_to(HOUSE) for path in modules(room) if path.name == "__init__.py"}
    return {f"{folder}/" for folder in folders if len(folder.parts) > 1 and not BY_KIND & set(folder.parts)}


@cache
def defined(room: str) -> dict[str, set[str]]:
    """Names that code of this app gives to something, with the classes that have them ("" outside of one)."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in modules(room):
        tree = parsed(path)
        for owner, name in [*given_names(tree, ""), *nested_names(tree)]:
            found[name].add(owner)
    return found


def nested_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for name, node in classes(tree.body):
        yield name.rpartition(".")[0], node.name
        yield from given_names(node, node.name)


def given_names(tree: ast.AST, owner: str) -> Iterator[tuple[str, str]]:
    """Classes, functions, arguments and variables below `tree`, each with `owner`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield owner, node.name
        elif isinstance(node, ast.arg):
            yield owner, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield owner, node.id


def is_there(name: str, names: dict[str, set[str]]) -> bool:
    if "/" in name:
        return (HOUSE / name).exists()
    owner, _, member = name.rpartition(".")
    return owner in names[member] if owner else member in names


def test_every_app_has_its_section_and_in_the_order_of_the_house() -> None:
    assert tuple(NAMES) == ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_every_table_has_a_line(room: str) -> None:
    tables = {model.__name__ for model in apps.get_models() if model.__module__.split(".")[0] == room}
    assert tables - set(NAMES[room]) == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_enum_has_a_line(room: str) -> None:
    assert enums(room) - set(NAMES[room]) == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_capability_has_a_line(room: str) -> None:
    assert capabilities(room) - set(NAMES[room]) == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_name_exists_in_the_app_of_its_section(room: str) -> None:
    names = defined(room)
    assert [name for name in NAMES[room] if not is_there(name, names)] == []


def test_every_name_in_a_meaning_exists() -> None:
    named = {name for _, _, meaning in lines() for name in SPAN.findall(meaning)}
    everywhere = [defined(room) for room in ROOMS]
    gone = {name for name in named if not any(is_there(name, names) for names in everywhere)}
    assert {name for name in gone if not name.startswith("/")} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_no_folder_and_no_class_has_two_lines(room: str) -> None:
    entries = [name for name in NAMES[room] if "/" in name or name[0].isupper()]
    assert sorted({name for name in entries if entries.count(name) > 1}) == []
