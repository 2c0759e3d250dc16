"""No slip changes unseen: it says, line by line, what was looked at last (`script/golden_slips.py` renews it)."""

from pathlib import Path

import pytest

from tests.dossiers.slips.slip_samples import GOLDEN, lines_of

MOST = 40_000
FOLDER = Path(__file__).with_name("golden")


@pytest.mark.parametrize("name", GOLDEN)
def test_a_slip_says_what_was_looked_at_last(name: str):
    seen = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert lines_of(GOLDEN[name]()) == seen


def test_every_slip_has_its_picture_and_nothing_else_is_kept():
    assert {file.name for file in FOLDER.iterdir()} == {f"{name}.{kind}" for name in GOLDEN for kind in ("png", "txt")}
    assert all(file.stat().st_size < MOST for file in FOLDER.iterdir())
