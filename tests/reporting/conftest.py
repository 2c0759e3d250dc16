"""Who reads the figures."""

import pytest
from django.test import Client

from accounts.models import Membership, User
from tests.factories import City, make_user


@pytest.fixture
def official(client: Client, city: City) -> User:
    """An official of the whole district, signed in as `client`."""
    user = make_user(Membership.Role.OFFICIAL, city.district)
    client.force_login(user)
    return user
