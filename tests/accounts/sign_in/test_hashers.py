"""How passwords are stored, with the settings of production: the other tests use a hash that costs nothing."""

from threading import Thread

import pytest
from django.contrib.auth.hashers import get_hashers, make_password

from accounts.models import User
from accounts.sign_in.hashers import ONE_AT_A_TIME, OnePbkdf2AtATime
from portal import settings as production
from tests.factories import PASSWORD, make_units, make_user

LOGIN = "/can-bo/dang-nhap/"
ARGON2ID = "argon2$argon2id$v=19$m=19456,t=2,p=1$"


@pytest.fixture
def real_hashers(settings):
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    get_hashers.cache_clear()


def old_hash() -> str:
    return OnePbkdf2AtATime().encode(PASSWORD, "a-salt-of-sixteen", iterations=1000)


@pytest.mark.usefixtures("real_hashers")
def test_a_new_password_is_stored_as_argon2id_with_the_parameters_of_owasp():
    assert make_password(PASSWORD).startswith(ARGON2ID)


@pytest.mark.django_db
@pytest.mark.usefixtures("real_hashers")
def test_an_old_hash_still_signs_in_and_is_renewed_by_it(client):
    user = make_user("clerk", make_units().ward_desk)
    User.objects.filter(pk=user.pk).update(password=old_hash())
    assert client.post(LOGIN, {"login": user.username, "password": PASSWORD}).status_code == 302
    user.refresh_from_db()
    assert user.password.startswith(ARGON2ID)
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
@pytest.mark.usefixtures("real_hashers")
def test_a_wrong_password_renews_nothing(client):
    user = make_user("clerk", make_units().ward_desk)
    old = old_hash()
    User.objects.filter(pk=user.pk).update(password=old)
    assert client.post(LOGIN, {"login": user.username, "password": "sai"}).status_code == 422
    user.refresh_from_db()
    assert user.password == old


@pytest.mark.parametrize("encode", [make_password, lambda password: old_hash()])
@pytest.mark.usefixtures("real_hashers")
def test_a_process_works_out_one_password_at_a_time(encode):
    done: list[str] = []
    with ONE_AT_A_TIME:
        waiting = Thread(target=lambda: done.append(encode(PASSWORD)))
        waiting.start()
        waiting.join(timeout=0.1)
        assert not done
    waiting.join()
    assert len(done) == 1
