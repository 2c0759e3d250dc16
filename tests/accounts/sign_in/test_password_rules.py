"""A new password is long, no known one, and none of the person's last ten."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import UsedPassword, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
GOOD = "sông Tô Lịch chảy ngược"


def faults(password: str, person: User | None = None) -> set[str]:
    try:
        validate_password(password, person)
    except ValidationError as refused:
        return {str(one.code) for one in refused.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "iloveyou1234",
        "matkhau123456",
        "Mật khẩu 123456",
        "aaaaaaaaaaaa",
        "121212121212",
        "canbo-canbo-canbo",
        "haibatrung2026",
        "motcua123456",
        "M0tCua@HaNoi2026",
        "Dragon!!!1990",
        "dragondragon1990",
        "qwertyuiop[]",
        "2026-12-03 10:30",
    ],
)
def test_a_known_password_is_refused(password: str) -> None:
    assert "password_too_common" in faults(password)


@pytest.mark.parametrize(
    "password", [GOOD, "motcua con mèo leo cau", "xQ7-vbTz-93mK-waaL", "correct horse battery staple"]
)
def test_other_words_beside_known_ones_are_enough(password: str) -> None:
    assert faults(password) == set()


def test_eleven_signs_are_too_few_and_twelve_are_not() -> None:
    assert faults("meo leo cau") == {"password_too_short"}
    assert faults("mèo leo cauz") == set()


def test_none_of_the_last_ten_can_be_used_again_and_the_eleventh_can(clerk: User) -> None:
    passwords = [
        f"{GOOD} lần thứ {word}" for word in ["ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "trăm", "vạn"]
    ]
    for password in passwords:
        assert faults(password, clerk) == set()
        clerk.set_password(password)
        clerk.save()
    assert all(faults(password, clerk) == {"password_used"} for password in passwords)
    assert "password_used" not in faults(PASSWORD, clerk)
    assert UsedPassword.objects.filter(person=clerk).count() == 10


def test_the_password_in_use_before_the_list_existed_counts_too(clerk: User) -> None:
    clerk.set_password(GOOD)
    clerk.save()
    UsedPassword.objects.all().delete()
    assert faults(GOOD, clerk) == {"password_used"}


def test_the_page_says_it_beside_the_field(client, clerk: User) -> None:
    client.force_login(clerk)
    new = "motcua123456"
    answer = client.post("/can-bo/mat-khau/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 422
    assert "Mật khẩu này dễ đoán" in answer.content.decode()
    assert new not in answer.content.decode()
