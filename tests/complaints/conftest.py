"""What every case needs: the law as rows, a city, and a clerk."""

import pytest
from django.test import Client

from accounts.models import User
from complaints.loading import load_rules
from tests.complaints.intake.mailbox.post_office import OURS
from tests.factories import City, make_units, make_user
from tests.notices.conftest import post

__all__ = ["post"]  # a mail server of this test's own


@pytest.fixture
def city(db: None) -> City:
    load_rules()
    return make_units()


@pytest.fixture
def clerk(city: City, client: Client) -> User:
    """A clerk of the ward, signed in as `client`."""
    user = make_user("clerk", city.ward)
    client.force_login(user)
    return user


@pytest.fixture
def writable(city: City, settings, uploads) -> City:
    """For messages that are handed over without a server."""
    settings.MAILBOX_ADDRESS, settings.PORTAL_URL = OURS, "https://motcua.example"
    return city
