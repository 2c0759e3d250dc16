"""Nothing starts without keys that can seal, and the message says what to do without printing one."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError

from complaints.checks import MALFORMED, MISSING, check_mailbox, check_sealing_keys
from complaints.models.rule_sets import check_rules


@pytest.mark.parametrize(
    ("keys", "faults"),
    [
        ([], [MISSING]),
        (["too-short"], [MALFORMED]),
        ([Fernet.generate_key().decode(), "ngọc" * 11], [MALFORMED]),
        ([Fernet.generate_key().decode(), Fernet.generate_key().decode()], []),
    ],
)
def test_keys_that_are_missing_or_none_stop_every_command(settings, keys: list[str], faults: list[str]) -> None:
    settings.SEALING_KEYS = keys
    found = check_sealing_keys(None)
    assert [one.id for one in found] == faults
    assert all(one.is_serious() and "SEALING_KEYS" in one.hint for one in found)
    assert not [key for key in keys for one in found if key in str(one)]


def test_a_set_of_rules_with_a_slip_of_the_pen_is_not_kept() -> None:
    good = {"check": [7, "working_day"], "settle": {"normal": [30, "day"]}, "decided_by": "settled"}
    check_rules(good)
    for slip in (
        {"chek": [5, "day"]},
        {"check": [1.5, "day"]},
        {"settle": []},
        {"extensions": 3},
        {"answer": [3, "dag"]},
    ):
        with pytest.raises(ValidationError):
            check_rules(good | slip)


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("", True),
        ("imaps://hop%40motcua.example:bi-mat@imap.example/INBOX", True),
        ("imap.example", False),
        ("https://hop:bi-mat@imap.example/", False),
        ("imaps://hop:bi-mat@imap.example:port/", False),
        ("imaps://imap.example/", False),
    ],
)
def test_an_address_that_is_no_mailbox_is_said_without_its_password(settings, url, is_good) -> None:
    settings.IMAP_URL = url
    shown = check_mailbox(None)
    assert ([one.id for one in shown], "bi-mat" in str(shown)) == ([] if is_good else ["complaints.E003"], False)
