"""What every case needs: the law as rows, once per process."""

import pytest

from complaints.actions import load_rules
from tests.factories import City, make_units
from tests.notices.conftest import post

__all__ = ["post"]  # a mail server of this test's own


@pytest.fixture
def city(db: None) -> City:
    load_rules()
    return make_units()
