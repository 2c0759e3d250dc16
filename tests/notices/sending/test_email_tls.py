"""Letters go out over TLS, to a server whose certificate is trusted, or not at all."""

from __future__ import annotations

from pathlib import Path
from ssl import Purpose, SSLContext, create_default_context

import pytest

from notices.sending.channels.contract import Message, TryAgain
from notices.sending.channels.email import send
from tests.complaints.intake.mailbox.post_office import make_papers
from tests.factories import hanoi
from tests.notices.mail_server import mail_server

pytestmark = pytest.mark.process  # certificates are valid on the real day
LETTER = Message(
    key="thu-1",
    to="dan@example.test",
    subject="Đã tiếp nhận",
    text="Kính gửi ông/bà.",
    language="vi",
    at=hanoi(2026, 3, 2),
    before_handing_over=lambda: None,
)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_papers(tmp_path_factory.mktemp("papers"))


def context(papers: Path) -> SSLContext:
    made = create_default_context(Purpose.CLIENT_AUTH)
    made.load_cert_chain(papers / "server.pem", papers / "server.key")
    return made


@pytest.fixture(autouse=True)
def mail(settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_letter_is_handed_to_a_trusted_server_and_to_no_other(
    settings, papers: Path, monkeypatch: pytest.MonkeyPatch, way: str
):
    settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = way == "tls", way == "starttls"
    with mail_server(**{way: context(papers)}) as (post, port):
        settings.EMAIL_PORT = port
        with pytest.raises(TryAgain, match="SSLCertVerificationError"):
            send(LETTER)
        assert post.letters == []
        monkeypatch.setenv("SSL_CERT_FILE", str(papers / "server.pem"))
        send(LETTER)
        assert [letter["Subject"] for letter in post.letters] == ["Đã tiếp nhận"]


def test_a_server_that_offers_no_tls_gets_no_letter(settings):
    settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = False, True
    with mail_server() as (post, port):
        settings.EMAIL_PORT = port
        with pytest.raises(TryAgain, match="SMTPNotSupportedError"):
            send(LETTER)
        assert post.letters == []
