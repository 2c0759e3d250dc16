"""What a notice says: subject and text in the person's language, by templates named for its kind.

`registered_subject.txt` and `registered.txt` make the e-mail, `registered_sms.txt` the SMS.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import gettext as _

from notices.issuing.account_changes import link_of
from notices.models import Notice
from notices.sending.channels.contract import Message
from notices.sending.sms_text import plain

LINKS: Final = ("track_url", "stop_url")
_GAP = re.compile(r"\n{3,}")


def message_of(notice: Notice, *, at: datetime, before_handing_over: Callable[[], None]) -> Message:
    """The message of a notice that has an address."""
    facts = letter_facts(notice)
    with translation.override(notice.language):
        subject = _line(f"{notice.kind}_subject", facts) if notice.email else ""
        text = _text(notice.kind, facts) if notice.email else _sms(notice.kind, facts)
    return Message(
        key=f"notice-{notice.pk}-{notice.created_at.astimezone(UTC):%Y%m%d%H%M%S}",
        to=notice.email or notice.phone,
        subject=subject,
        text=text,
        language=notice.language,
        at=at,
        before_handing_over=before_handing_over,
        stop_url=facts.get("stop_url", ""),
        stop_by_post=bool(facts.get("stop_by_post")),
        in_reply_to=facts.get("in_reply_to", ""),
        references=facts.get("references", ""),
        reply_to=facts.get("reply_to", ""),
    )


def letter_facts(notice: Notice) -> dict[str, Any]:
    """What templates may name: the context, the code, when it was issued, and links that work outside the portal."""
    facts = notice.facts | {"code": notice.subject, "issued_at": notice.created_at}
    if notice.kind == Notice.Kind.PASSWORD_LINK:
        facts["track_url"] = link_of(notice)
    for link in LINKS:
        if path := facts.get(link):
            facts[link] = absolute(path)
    return facts


def absolute(path: str) -> str:
    """A path of the portal as an address: tasks have no request to take the host from."""
    return f"{settings.PORTAL_URL}{path}" if path.startswith("/") else path


def _text(name: str, facts: dict[str, Any]) -> str:
    return _GAP.sub("\n\n", _rendered(name, facts)).strip() + "\n"


def _sms(kind: str, facts: dict[str, Any]) -> str:
    """One part; two for people who can stop the messages by a link."""
    text = _line(f"{kind}_sms", facts)
    stop = _(" Ngừng nhận: %(url)s") % {"url": facts["stop_url"]} if facts.get("stop_url") else ""
    return plain(text + stop)


def _line(name: str, facts: dict[str, Any]) -> str:
    return " ".join(_rendered(name, facts).split())


def _rendered(name: str, facts: dict[str, Any]) -> str:
    """Plain text: nothing is escaped."""
    template = Engine.get_default().get_template(f"notices/{name}.txt")
    return template.render(Context(facts, autoescape=False))
