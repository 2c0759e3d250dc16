"""Without good keys nothing starts; the demo's code is shown in the demo alone."""

from __future__ import annotations

from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.checks import check_second_factor_keys, check_secret_key
from portal.embedded.demo import SECOND_FACTOR_SEED
from tests.accounts.second_factor.codes import code_at
from tests.factories import hanoi

GOOD = "bmV3LWtleS1vZi10ZXN0cy0wMTIzNDU2Nzg5MDEyMzQ="


@pytest.mark.parametrize(
    ("keys", "found"),
    [([GOOD], []), ([], ["accounts.E001"]), ([GOOD, "khong-phai-khoa"], ["accounts.E002"])],
)
def test_keys_are_checked_at_the_start_and_never_printed(settings, keys, found):
    settings.SECOND_FACTOR_KEYS = keys
    faults = check_second_factor_keys(None)
    assert [fault.id for fault in faults] == found
    assert not any(key in fault.msg for key in keys for fault in faults)


def test_the_code_of_the_published_seed_is_shown_in_the_demo_alone(settings):
    with pytest.raises(CommandError):
        call_command("demo_code")
    settings.DEMO, output = True, StringIO()
    with time_machine.travel(hanoi(2026, 3, 2, 8), tick=False):
        call_command("demo_code", stdout=output)
    assert output.getvalue().strip() == code_at(hanoi(2026, 3, 2, 8), SECOND_FACTOR_SEED)


@pytest.mark.parametrize("weak", ["doi-khoa-nay", "x" * 60, "ab" * 40])
def test_a_secret_key_that_can_be_guessed_stops_the_start_and_is_not_printed(settings, weak):
    assert check_secret_key(None) == []
    settings.SECRET_KEY = weak
    (fault,) = check_secret_key(None)
    assert fault.id == "accounts.E031"
    assert weak not in fault.msg
