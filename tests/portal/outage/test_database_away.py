"""PostgreSQL hangs or dies: 503 in time with all that was typed, once only, and well again by itself."""

import re
import shutil
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from bs4 import BeautifulSoup
from django.db import OperationalError, connection
from django.test import Client

from dossiers.models import Dossier
from portal.database.watching import Limits, watch_this_process
from tests.dossiers.intake.test_page import typed
from tests.factories import PASSWORD, make_offering, make_procedure, make_user
from tests.portal.outage.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)
COUNTER = "/can-bo/tiep-nhan/"
AT_ONCE = Limits(silence=0.3, probe_timeout=0.3, retry_after=0)


@pytest.fixture
def line(transactional_db):
    """Django's own connection goes over a line that the test may freeze."""
    settings = connection.settings_dict
    before = settings["HOST"]
    folder = Path(tempfile.mkdtemp(prefix="portal-test-"))
    relay = Relay(folder, f"{before}/.s.PGSQL.{settings['PORT'] or 5432}")
    connection.close()
    settings["HOST"], port, settings["PORT"] = str(folder), settings["PORT"], "5432"
    watch_this_process(AT_ONCE)
    yield relay
    watch_this_process(None)
    relay.close()
    connection.close()
    settings["HOST"], settings["PORT"] = before, port
    shutil.rmtree(folder)


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture
def as_clerk(client, city):
    client.force_login(make_user("clerk", city.ward_desk))
    return client


def kill_connections():
    """As a server that restarts does, from a connection of another's."""
    name = connection.settings_dict
    where = {"dbname": name["NAME"], "user": name["USER"], "password": name["PASSWORD"], "host": name["HOST"]}
    with psycopg.connect(**where, port=name["PORT"] or 5432, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def page(answer):
    return BeautifulSoup(answer.content, "html.parser")


def sent_again(answer):
    """What the button of the page for outages sends: its fields as a browser reads them."""
    fields = page(answer).find("form").find_all("input")
    sent: dict[str, list[str]] = {}
    for field in fields:
        sent.setdefault(field["name"], []).append(field["value"])
    return sent


def test_a_page_is_refused_in_time_while_the_database_hangs_and_comes_by_itself_afterwards(line, as_clerk):
    assert as_clerk.get(COUNTER).status_code == 200
    line.freeze()
    started = time.monotonic()
    answer = as_clerk.get(COUNTER)
    assert time.monotonic() - started < 2
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "5", "no-store")
    assert page(answer).find("a", class_="btn")["href"] == COUNTER
    line.thaw()
    connection.close()  # as at the end of every request of a server
    assert as_clerk.get(COUNTER).status_code == 200


def test_nobody_waits_for_a_server_that_is_known_to_hang(line, as_clerk):
    watch_this_process(Limits(silence=0.3, probe_timeout=0.3, retry_after=60))
    assert as_clerk.get(COUNTER).status_code == 200
    line.freeze()
    as_clerk.get(COUNTER)
    started = time.monotonic()
    assert [as_clerk.get(COUNTER).status_code for _ in range(5)] == [503] * 5
    assert time.monotonic() - started < 1


def test_a_long_statement_is_waited_for_while_the_server_lives(line):
    watch_this_process(Limits(silence=0.1, probe_timeout=1, retry_after=0))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")


def test_no_statement_is_waited_for_for_ever(line):
    watch_this_process(Limits(silence=0.1, probe_timeout=1, retry_after=0, statement=0.2))
    with pytest.raises(OperationalError, match="without an answer"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active'")
        assert cursor.fetchone() == (0,)


def test_what_was_typed_while_the_database_hung_is_sent_again_by_a_button_and_registers_once(line, as_clerk, city):
    offering = make_offering(make_procedure(), city.ward)
    form = typed(offering, note="dòng một\r\n<b>dòng hai</b>")
    line.freeze()
    again = sent_again(as_clerk.post(COUNTER, form))
    assert again.pop("csrfmiddlewaretoken")
    assert again == {
        name: [str(one) for one in (value if isinstance(value, list) else [value])] for name, value in form.items()
    }
    line.thaw()
    connection.close()  # as at the end of every request of a server
    assert as_clerk.post(COUNTER, again).status_code == 302
    assert as_clerk.post(COUNTER, again).status_code == 302
    assert Dossier.objects.get().note.splitlines() == ["dòng một", "<b>dòng hai</b>"]


def test_a_killed_connection_is_an_outage_on_every_page_and_the_next_request_is_well(as_clerk):
    for path in (COUNTER, "/thu-tuc/", "/api/v1/procedures/", "/open311/v2/requests.json", "/quan-tri/"):
        as_clerk.get(path)
        kill_connections()
        assert as_clerk.get(path).status_code == 503, path
        connection.close()
        assert as_clerk.get(path).status_code in {200, 302}, path


def test_programs_are_told_of_an_outage_as_each_api_says_such_things(client):
    client.get("/api/v1/procedures/")
    kill_connections()
    problem = client.get("/api/v1/procedures/")
    assert (problem["Content-Type"], problem.json()["status"]) == ("application/problem+json", 503)
    connection.close()
    client.get("/open311/v2/requests.xml")
    kill_connections()
    assert client.get("/open311/v2/requests.xml")["Content-Type"].startswith("text/xml")
    connection.close()


@pytest.mark.urls("tests.portal.urls_for_errors")
def test_a_session_that_could_not_be_written_is_an_outage_and_no_bad_request(as_clerk):
    answer = as_clerk.post("/ket-noi-mat/", {"note": "đã gõ"})
    assert answer.status_code == 503
    connection.close()


def test_no_password_is_written_into_a_page(client, city):
    user = make_user("clerk", city.ward_desk)
    client.get("/can-bo/dang-nhap/")
    kill_connections()
    answer = client.post("/can-bo/dang-nhap/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 503
    assert PASSWORD not in answer.content.decode()
    connection.close()


def test_a_strangers_page_puts_no_words_behind_our_button(as_clerk, client, city):
    stranger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    stranger.cookies = client.cookies
    kill_connections()
    answer = stranger.post(COUNTER, {"name": "Lừa đảo"})
    assert answer.status_code == 503
    assert not page(answer).find("form")
    assert not re.search("Lừa đảo", answer.content.decode())
    connection.close()
