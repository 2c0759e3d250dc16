"""Servers that messages are really sent to."""

from collections.abc import Iterator

import pytest

from tests.notices.gateway import Gateway, gateway_server
from tests.notices.mail_server import Post, mail_server


@pytest.fixture
def post(settings) -> Iterator[Post]:
    """A mail server of this test's own, which the portal is told to use."""
    with mail_server() as (post, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield post


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    """An SMS gateway of this test's own; a slow machine has time enough to ask it."""
    with gateway_server() as gateway:
        settings.SMS_GATEWAY_URL = gateway.url
        settings.SMS_GATEWAY_TOKEN, settings.SMS_SENDER = "token-of-the-test", "MOTCUA"
        settings.SMS_CONNECT_SECONDS, settings.SMS_READ_SECONDS, settings.SMS_TOTAL_SECONDS = 10, 10, 20
        yield gateway
