"""A whole provider sends its own word that somebody has signed out there, and the portal's session ends."""

from __future__ import annotations

import httpx
import pytest

from tests.accounts.provider.allauth_idp import CLIENT, SECRET, STRENGTH
from tests.accounts.provider.test_ended_by_provider import ENDED, works
from tests.accounts.provider.test_real_provider import (
    BACK,
    brought_back,
    browser,
    filled_in,
    followed,
    link,
    of_npm,
    running,
)
from tests.factories import make_units, make_user

pytestmark = [pytest.mark.outside, pytest.mark.process, pytest.mark.django_db(transaction=True)]


def test_signing_out_at_the_provider_ends_the_session_here(live_server, tmp_path, settings):
    person, client = make_user("clerk", make_units().ward_desk), browser()
    with running(of_npm, tmp_path, f"{live_server.url}{ENDED}") as issuer, httpx.Client(base_url=issuer) as surfer:
        settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = issuer, CLIENT, SECRET
        settings.OIDC_ACR = [STRENGTH]
        link(person, surfer)
        client.get(BACK, brought_back(client, surfer))
        assert works(client)
        filled_in(surfer, followed(surfer, surfer.get("/session/end")), {"logout": "yes"})
        assert not works(client)
