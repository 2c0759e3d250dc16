"""What is installed is pinned, hashed, and names no server it came from."""

import re

import pytest

from tests.workers import ROOT


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_and_hashes_every_package_and_names_no_host(lock):
    text = (ROOT / lock).read_text()
    packages = re.findall(r"^[a-z0-9][^\n]*", text, re.MULTILINE)
    assert packages
    assert [line for line in packages if "==" not in line] == []
    assert re.findall(r"^(?!    --hash|    #|#|[a-z0-9]).+", text, re.MULTILINE) == []
    assert "://" not in text
    assert text.count("--hash=sha256:") > len(packages)


@pytest.mark.parametrize("script", ["server", "test", "lint"])
def test_a_script_can_be_run_as_it_is(script):
    assert (ROOT / "script" / script).stat().st_mode & 0o111
