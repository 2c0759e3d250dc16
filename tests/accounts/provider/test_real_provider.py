"""With a whole provider by somebody else in a process of its own: sign-in, what it and the portal refuse, sign-out."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import ProviderIdentity, User
from accounts.provider.refusals import Reason
from tests.accounts.provider.allauth_idp import CLIENT, NAME, PASSWORD, SECRET, STRENGTH
from tests.accounts.provider.test_sign_in import BACK, BEGIN, LOGIN, assert_refused
from tests.accounts.second_factor.codes import is_in
from tests.factories import make_units, make_user

pytestmark = [pytest.mark.process, pytest.mark.django_db]
HERE = "http://localhost"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("provider")
    asked = [str(folder), str(port), f"{HERE}{BACK}", f"{HERE}{LOGIN}"]
    with subprocess.Popen([sys.executable, "-m", "tests.accounts.provider.allauth_idp", *asked]) as program:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/.well-known/openid-configuration", program)
        yield address
        program.terminate()


def _wait_for(address: str, program: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and program.poll() is None:
        try:
            httpx.get(address).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the provider does not answer")


@pytest.fixture
def person(issuer, settings) -> User:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = issuer, CLIENT, SECRET
    settings.OIDC_ACR = [STRENGTH]
    return make_user("clerk", make_units().ward_desk)


def browser() -> Client:
    return Client(SERVER_NAME="localhost")


def brought_back(client: Client, line: httpx.Client) -> dict[str, str]:
    """Through the provider's own pages, as a browser goes, until one leads back here."""
    page = line.get(client.get(BEGIN)["Location"])
    while not page.headers.get("Location", "").startswith(HERE):
        if page.is_redirect:
            page = line.get(page.headers["Location"])
        else:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            assert token is not None, page.text
            typed = {"login": NAME, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
            page = line.post(page.url, data=typed, headers={"Referer": str(page.url)})
    return dict(parse_qsl(urlsplit(page.headers["Location"]).query))


@pytest.fixture
def line(issuer) -> Iterator[httpx.Client]:
    """Somebody's browser at the provider."""
    with httpx.Client(base_url=issuer) as line:
        yield line


def link(person: User, line: httpx.Client) -> None:
    """As the page of refusal says: who it was is in there."""
    client = browser()
    answer = client.get(BACK, brought_back(client, line))
    assert_refused(answer, Reason.UNKNOWN)
    row = {"issuer": settings.OIDC_ISSUER, "subject": answer.context["subject"]}
    ProviderIdentity.objects.create(person=person, linked_at=timezone.now(), **row)


def test_refused_until_linked_then_signed_in_and_out_at_both(person, line):
    link(person, line)
    client = browser()
    assert client.get(BACK, brought_back(client, line))["Location"] == "/can-bo/"
    assert is_in(client)
    address = client.post("/can-bo/dang-xuat/").context["address"]
    assert line.get(address).headers["Location"] == f"{HERE}{LOGIN}"
    assert not is_in(client)
    asked = browser().get(BEGIN)["Location"].replace("prompt=login", "prompt=none")
    assert "error=login_required" in line.get(asked).headers["Location"]


def test_it_asks_who_is_there_at_every_sign_in(person, line):
    brought_back(browser(), line)
    answer = line.get(browser().get(BEGIN)["Location"])
    assert "reauthenticate" in answer.headers["Location"]


def test_it_refuses_a_code_used_twice_and_one_without_its_proof(person, line):
    link(person, line)
    client, thief = browser(), browser()
    brought = brought_back(client, line)
    client.get(BACK, brought)
    stolen = brought_back(thief, line) | {"code": brought["code"]}
    assert_refused(thief.get(BACK, stolen), Reason.CODE)
    other = browser()
    brought = brought_back(other, line)
    session = other.session
    session["provider_attempt"] |= {"verifier": "of somebody else" * 3}
    session.save()
    assert_refused(other.get(BACK, brought), Reason.CODE)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("nonce", "of another attempt", Reason.NONCE), ("state", "of another browser", Reason.STATE)],
)
def test_what_belongs_to_another_attempt_is_refused(person, line, name, value, reason):
    client = browser()
    brought = brought_back(client, line)
    session = client.session
    session["provider_attempt"] |= {name: value}
    session.save()
    assert_refused(client.get(BACK, brought), reason)


def test_a_strength_that_is_too_low_is_refused(person, line, settings):
    settings.OIDC_ACR = ["the-chip"]
    client = browser()
    assert_refused(client.get(BACK, brought_back(client, line)), Reason.STRENGTH)
