"""The mailbox over TLS: from the first word on, or turned to it; never with a server that cannot prove who it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from ssl import SSLCertVerificationError

import pytest

from complaints.intake.mailbox.server import TROUBLE, opened_mailbox
from complaints.models import Case
from complaints.tasks import read_mailbox
from tests.complaints.intake.mailbox.post_office import OURS, Line, PostOffice, letter, make_papers, post_office
from tests.factories import City

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="module")
def office(papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    with post_office(tmp_path_factory.mktemp("imap") / "imap.log", papers=papers) as office:
        yield office


@pytest.fixture(params=["imap+starttls", "imaps"])
def url(office: PostOffice, papers: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "imap+starttls":
        yield office.url.replace("imap:", "imap+starttls:")
        return
    line = Line(office, b"", papers)
    yield line.url
    line.close()


def test_a_message_is_fetched_over_tls_from_a_server_we_trust(
    url: str, office: PostOffice, papers: Path, city: City, settings, uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(papers / "server.pem"))
    settings.IMAP_URL, settings.MAILBOX_ADDRESS = url, OURS
    office.put(bytes(letter()))
    read_mailbox()
    assert (Case.objects.get().channel, office.waiting()) == ("email", 0)


def test_neither_name_nor_password_is_told_to_a_server_nobody_vouches_for(url: str) -> None:
    with pytest.raises(TROUBLE) as refused, opened_mailbox(url):
        pass
    assert isinstance(refused.value, SSLCertVerificationError)
