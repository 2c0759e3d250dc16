"""With whole providers of two others, in processes of their own: sign-in, what is refused on either side, sign-out."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

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
NPM_PROVIDER = "oidc-provider@9.13.3"


def of_allauth(folder: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "tests.accounts.provider.allauth_idp", str(folder), str(port)]


def of_npm(folder: Path, port: int) -> list[str]:
    install = ["npm", "install", "--silent", "--ignore-scripts", "--prefix", str(folder), NPM_PROVIDER]
    if not shutil.which("npm") or subprocess.run(install).returncode:
        pytest.skip(f"{NPM_PROVIDER} could not be installed: npm and its registry are needed")
    program = shutil.copy(Path(__file__).parent / "npm_idp.mjs", folder)
    return ["node", str(program), str(port)]


@pytest.fixture(scope="module", params=[of_allauth, pytest.param(of_npm, marks=pytest.mark.outside)])
def issuer(request, tmp_path_factory) -> Iterator[str]:
    with running(request.param, tmp_path_factory.mktemp("provider")) as address:
        yield address


@contextmanager
def running(program_of: Callable[[Path, int], list[str]], folder: Path, *more: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = program_of(folder, port)
    with subprocess.Popen([*command, f"{HERE}{BACK}", f"{HERE}{LOGIN}", *more]) as program:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/.well-known/openid-configuration", program)
            yield address
        finally:
            program.terminate()


def wait_for(address: str, program: subprocess.Popen[bytes]) -> None:
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


@pytest.fixture
def surfer(issuer) -> Iterator[httpx.Client]:
    """Somebody's browser at the provider."""
    with httpx.Client(base_url=issuer) as surfer:
        yield surfer


def browser() -> Client:
    """The same at the portal."""
    return Client(SERVER_NAME="localhost")


def followed(surfer: httpx.Client, page: httpx.Response) -> httpx.Response:
    """The page, or the way back to the portal, to which the provider leads."""
    while page.is_redirect and not page.headers["Location"].startswith(HERE):
        page = surfer.get(urljoin(str(page.url), page.headers["Location"]))
    return page


def filled_in(surfer: httpx.Client, page: httpx.Response, typed: dict[str, str]) -> httpx.Response:
    """The form of a page is sent with what is hidden in it."""
    hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|xsrf)" value="([^"]+)"', page.text))
    action = re.search(r'<form[^>]* action="([^"]+)"', page.text)
    address = urljoin(str(page.url), action[1]) if action and "session" in action[1] else str(page.url)
    sent = surfer.post(address, data=hidden | typed, headers={"Referer": str(page.url)})
    return followed(surfer, sent)


def brought_back(client: Client, surfer: httpx.Client) -> dict[str, str]:
    """Through the provider's own pages, until one leads back here."""
    page = followed(surfer, surfer.get(client.get(BEGIN)["Location"]))
    while not page.is_redirect:
        page = filled_in(surfer, page, {"login": NAME, "password": PASSWORD})
    return dict(parse_qsl(urlsplit(page.headers["Location"]).query))


def link(person: User, surfer: httpx.Client) -> None:
    """As the page of refusal says: who it was is in there."""
    client = browser()
    answer = client.get(BACK, brought_back(client, surfer))
    assert_refused(answer, Reason.UNKNOWN)
    row = {"issuer": settings.OIDC_ISSUER, "subject": answer.context["subject"]}
    ProviderIdentity.objects.create(person=person, linked_at=timezone.now(), **row)


def test_refused_until_linked_then_signed_in_and_out_at_both(person, surfer):
    link(person, surfer)
    client = browser()
    assert client.get(BACK, brought_back(client, surfer))["Location"] == "/can-bo/"
    assert is_in(client)
    page = followed(surfer, surfer.get(client.post("/can-bo/dang-xuat/").context["address"]))
    if not page.is_redirect:  # it asks whether to end its session as well
        page = filled_in(surfer, page, {"logout": "yes"})
    assert page.headers["Location"] == f"{HERE}{LOGIN}"
    assert not is_in(client)
    asked = browser().get(BEGIN)["Location"].replace("prompt=login", "prompt=none")
    assert "error=login_required" in surfer.get(asked).headers["Location"]


def test_it_asks_who_is_there_at_every_sign_in(person, surfer):
    brought_back(browser(), surfer)
    page = followed(surfer, surfer.get(browser().get(BEGIN)["Location"]))
    assert "<form" in page.text


def test_it_refuses_a_code_used_twice_and_one_without_its_proof(person, surfer):
    link(person, surfer)
    client, thief = browser(), browser()
    brought = brought_back(client, surfer)
    client.get(BACK, brought)
    stolen = brought_back(thief, surfer) | {"code": brought["code"]}
    assert_refused(thief.get(BACK, stolen), Reason.CODE)
    other = browser()
    brought = brought_back(other, surfer)
    change_attempt(other, verifier="of somebody else" * 3)
    assert_refused(other.get(BACK, brought), Reason.CODE)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("nonce", "of another attempt", Reason.NONCE), ("state", "of another browser", Reason.STATE)],
)
def test_what_belongs_to_another_attempt_is_refused(person, surfer, name, value, reason):
    client = browser()
    brought = brought_back(client, surfer)
    change_attempt(client, **{name: value})
    assert_refused(client.get(BACK, brought), reason)


def test_a_strength_that_is_too_low_is_refused(person, surfer, settings):
    settings.OIDC_ACR = ["the-chip"]
    client = browser()
    assert_refused(client.get(BACK, brought_back(client, surfer)), Reason.STRENGTH)


def change_attempt(client: Client, **changed: str) -> None:
    session = client.session
    session["provider_attempt"] |= changed
    session.save()
