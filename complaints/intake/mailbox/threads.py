"""Which case a message belongs to: by the messages it answers, else by the code in its subject. Reads only.

A code or a guessed message id must not be enough to write as the reporter: text is added to a plain case only from its
reporter's address, to a sealed one only in answer to one of its own messages, whose id nobody else knows. Every other
message that names a case goes to a person, and gets no answer that would reveal whether the case exists.
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import Final

from complaints.intake.mailbox.automatic_mail import own_host
from complaints.intake.mailbox.messages import ParsedMail
from complaints.models import Case, Mail, Reporter
from complaints.sealed.fingerprints import fingerprints
from notices.models import Notice

CODE: Final = re.compile(r"\bPA\.[0-9A-Z.]{1,30}-\d{6}-\d{6}\b")
_OURS: Final = re.compile(r"<notice-(\d{1,18})-(\d{14})@([^>]+)>")
ID: Final = "message-id"


def continued_case(parsed: ParsedMail) -> Case | None:
    """The case to which this message may be added."""
    sealed_or_own = _case_answered(parsed)
    if sealed_or_own is not None and sealed_or_own.is_sealed:
        return sealed_or_own
    for case in (sealed_or_own, *_cases_named(parsed)):
        if case is not None and not case.is_sealed and _is_reporter(case, parsed.sender):
            return case
    return None


def mentions_case(parsed: ParsedMail) -> bool:
    """Whether it names a case, also one that does not exist."""
    codes, ours = CODE.search(parsed.subject), any(_OURS.fullmatch(one) for one in parsed.references)
    return bool(codes) or ours or _case_answered(parsed) is not None


def _case_answered(parsed: ParsedMail) -> Case | None:
    """By the ids of messages that came in; of those that went out only the code is known, see `_cases_named`."""
    digests = [one for reference in parsed.references for one in fingerprints(ID, reference)]
    mail = Mail.objects.filter(digest__in=digests, case__isnull=False).select_related("case").order_by("-pk").first()
    return mail.case if mail else None


def _cases_named(parsed: ParsedMail) -> list[Case]:
    codes = [*(code for reference in parsed.references if (code := _code_of_ours(reference)))]
    codes += CODE.findall(parsed.subject)
    found = {case.code: case for case in Case.objects.filter(code__in=codes)}
    return [found[code] for code in dict.fromkeys(codes) if code in found]


def _code_of_ours(reference: str) -> str:
    """The code our letter of this id was about; empty for any other id."""
    ours = _OURS.fullmatch(reference)
    if ours is None or ours[3] != own_host():
        return ""
    notice = Notice.objects.filter(pk=int(ours[1])).first()
    return notice.subject if notice and f"{notice.created_at.astimezone(UTC):%Y%m%d%H%M%S}" == ours[2] else ""


def _is_reporter(case: Case, sender: str) -> bool:
    reporter = Reporter.objects.filter(case=case).first()
    return bool(sender) and reporter is not None and reporter.email.lower() == sender
