"""A secret of a slip: hard to guess, easy to type, stored as a keyed hash."""

from __future__ import annotations

import math

import pytest

from accounts.checks import HASH_MISSING, HASH_TOO_SHORT, check_hash_keys
from accounts.citizens.secret import (
    ALPHABET,
    LENGTH,
    RANDOM_SIGNS,
    check_sign,
    hashed,
    is_mistyped,
    new_secret,
    opens,
    printed,
)

OLD = "72BCGH"


def test_a_secret_has_forty_bits_and_no_sign_that_a_vietnamese_keyboard_changes_or_a_reader_confuses():
    assert math.log2(len(ALPHABET)) * RANDOM_SIGNS >= 40
    assert not set(ALPHABET) & set("AEIOUWD01L")
    secrets = {new_secret() for _ in range(200)}
    assert len(secrets) == 200
    assert all(len(one) == LENGTH and set(one) <= set(ALPHABET) and not is_mistyped(one) for one in secrets)


def test_its_check_sign_finds_every_wrong_sign_and_nearly_every_swap():
    for secret in (new_secret() for _ in range(20)):
        wrong = [secret[:n] + sign + secret[n + 1 :] for n in range(LENGTH) for sign in ALPHABET if sign != secret[n]]
        assert all(map(is_mistyped, wrong))
        pairs = [n for n in range(LENGTH - 1) if secret[n] != secret[n + 1]]
        swapped = [secret[:n] + secret[n + 1] + secret[n] + secret[n + 2 :] for n in pairs]
        assert sum(map(is_mistyped, swapped)) >= len(swapped) - 2


def test_what_has_another_length_is_never_called_mistyped():
    assert not any(is_mistyped(typed) for typed in ("", OLD, "5471", "B" * (LENGTH + 1), "0" * LENGTH))


def test_it_is_read_in_two_groups_and_typed_as_one_likes():
    secret = "BCGHKMNPQ" + check_sign("BCGHKMNPQ")
    assert printed(secret) == f"BCGHK {secret[5:]}"
    assert printed(OLD) == OLD
    stored = hashed(secret, "X")
    for typed in (printed(secret), f" {secret.lower()} ", f"{secret[:5]}-{secret[5:]}", f"{secret[:3]} {secret[3:]}"):
        assert opens(typed, "X", stored)


def test_the_hash_is_keyed_and_differs_for_every_code(settings):
    stored = hashed(OLD, "X")
    assert len(stored) == 32
    assert stored != hashed(OLD, "Y")
    assert not opens(OLD, "Y", stored)
    assert not opens(OLD, "X", None)
    old, settings.SECRET_HASH_KEYS = settings.SECRET_HASH_KEYS, ["k" * 40]
    assert hashed(OLD, "X") != stored
    assert not opens(OLD, "X", stored)
    settings.SECRET_HASH_KEYS = ["k" * 40, *old]  # a new key in front: slips printed before still open
    assert opens(OLD, "X", stored)


@pytest.mark.parametrize(
    ("keys", "found"), [([], [HASH_MISSING]), (["x" * 31, "x" * 32], [HASH_TOO_SHORT]), (["x" * 32], [])]
)
def test_without_a_long_key_no_command_starts(settings, keys, found):
    settings.SECRET_HASH_KEYS = keys
    errors = check_hash_keys(None)
    assert [one.id for one in errors] == found
    assert not any("xxx" in f"{one.msg} {one.hint}" for one in errors)
