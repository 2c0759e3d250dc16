"""The order in which files of tests run."""

from tests.conftest import LONG
from tests.databases import ROOT


def test_each_file_that_goes_first_is_there_under_that_name() -> None:
    assert [path for path in LONG if not (ROOT / path).is_file()] == []
