"""A provider that answers as a test asks for, and the portal's settings for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.accounts.provider.stand_in import CLIENT, SECRET, StandIn, running


@pytest.fixture
def provider(settings) -> Iterator[StandIn]:
    with running() as provider:
        settings.OIDC_ISSUER, settings.OIDC_NAME = provider.issuer, "Tài khoản công vụ"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
        yield provider
