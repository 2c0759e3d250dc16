"""Whom the limits count as one visitor."""

import pytest
from django.test import Client

from accounts.citizens.visitors import address_of
from tests.factories import make_units, make_user


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:a::1", "2001:db8:1:2::/64"),
        ("[2001:0db8:0001:0002::ffff]", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_household_with_ipv6_is_one_visitor(address, counted):
    assert address_of({"REMOTE_ADDR": address}, 0) == counted
    assert address_of({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": f"192.0.2.1, {address}"}, 1) == (
        counted or "192.0.2.1"
    )


def test_without_a_trusted_proxy_nobody_names_his_own_address():
    assert address_of({"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "2001:db8::1"}, 0) == "203.0.113.9"


def household(number):
    return Client(REMOTE_ADDR=f"2001:db8:1:2::{number:x}")


@pytest.mark.django_db
def test_another_address_of_the_household_escapes_neither_the_api_limit_nor_the_sign_in_limit(settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    asked = [household(n).get("/open311/v2/services.json").status_code for n in range(int(rates["anon"][:3]) + 1)]
    assert (asked[-2], asked[-1]) == (200, 429)

    make_user("clerk", make_units().ward_desk)
    typed = {"password": "sai-mat-khau"}
    tries = [household(n).post("/can-bo/dang-nhap/", typed | {"login": f"ai-{n}"}).status_code for n in range(31)]
    assert (tries[0], tries[-1]) == (422, 429)
