"""Fixtures of the staff pages on which the catalogue is edited."""

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import City, make_user


@pytest.fixture
def author(city: City, client: Client) -> User:
    """An editor of the whole office, signed in as `client`."""
    author = make_user("editor", city.district)
    client.force_login(author)
    return author


@pytest.fixture
def second(city: City) -> Client:
    """The browser of another editor."""
    browser = Client()
    browser.force_login(make_user("editor", city.district))
    return browser
