"""What most tests of dossiers begin with."""

import pytest

from accounts.models import User
from procedures.models import Offering
from tests.factories import City, make_offering, make_procedure, make_user


@pytest.fixture
def offering(city: City) -> Offering:
    """Five working days, received and handled by the ward."""
    return make_offering(make_procedure("Đăng ký khai sinh"), city.ward)


@pytest.fixture
def clerk(city: City) -> User:
    return make_user("clerk", city.ward_desk)
