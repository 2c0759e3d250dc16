"""Log lines say what happened, never to whom."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import structlog
from celery import shared_task
from django.db import DataError, IntegrityError, connection
from django.test import Client
from django.utils.log import AdminEmailHandler

from accounts.models import User
from portal.logs import discreet_traceback, logging_config
from tests.factories import make_units, make_user


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was logged, read back from the lines of production's format."""
    shape = dict(logging_config(json=True, level="INFO")["formatters"]["lines"])
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(shape.pop("()")(**shape))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_a_request_is_one_json_line_with_its_id_and_without_query_path_or_address(lines):
    Client().get(
        "/khong-co/H26.31-1/?name=Nguyễn", headers={"X-Request-ID": "abc-12345678"}, REMOTE_ADDR="203.0.113.9"
    )
    requests = [line for line in lines() if line["event"] == "request"]
    assert [(line["request_id"], line["status"], line["method"]) for line in requests] == [
        ("abc-12345678", 404, "GET")
    ]
    shown = json.dumps(lines(), ensure_ascii=False)
    assert [word for word in ("Nguyễn", "H26", "203.0.113.9") if word in shown] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    [
        {"headers": {"Origin": "https://evil.example/H26.9-1"}},
        {"headers": {"Host": "H26.9-1.example"}},
        {"data": {f"field{number}": "" for number in range(2000)}},
    ],
)
def test_a_refused_request_leaves_no_path_with_a_code_in_the_log(lines, sent):
    answer = Client(enforce_csrf_checks=True).post("/can-bo/ho-so/H26.9-1/viec/bat-dau/", **sent)
    assert answer.status_code in {400, 403, 413}
    assert [line["event"] for line in lines()] == ["request"]
    assert "H26" not in json.dumps(lines())


NAME = "Trần Thị Bưởi"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    [{"unit": NAME, "role": "clerk"}, {"action": "delete_selected", "_selected_action": NAME}],
    ids=["a chooser", "an action"],
)
def test_a_made_up_key_in_the_admin_is_a_bad_request_and_stays_out_of_the_log(lines, sent):
    keeper, held = Client(raise_request_exception=False), make_user("clerk", make_units().ward_desk).memberships.get()
    keeper.force_login(User.objects.create_superuser("quan-tri-thu", password="mot-cua-thu-nghiem"))
    table = "/quan-tri/accounts/membership/"
    answer = keeper.post(table if "action" in sent else f"{table}{held.pk}/change/", sent)
    assert answer.status_code == 400
    assert "portal.css" in answer.content.decode()
    assert [line["event"] for line in lines()] == ["request"]


@pytest.mark.django_db
@pytest.mark.urls("tests.portal.urls_for_errors")
@pytest.mark.parametrize("kind", ["ValueError", "KeyError", "ValidationError"])
def test_what_was_typed_is_not_in_the_log_of_an_unexpected_error(lines, kind):
    answer = Client(raise_request_exception=False).post("/typed/", {"kind": kind, "name": NAME})
    assert answer.status_code == 500
    (failed,) = [line for line in lines() if line["event"] == "request_failed"]
    assert f"{kind}: (text withheld)" in failed["exception"]
    assert NAME not in json.dumps(lines(), ensure_ascii=False)


def test_no_failed_request_is_mailed_with_its_form():
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in logging.root.manager.loggerDict)]
    assert not [one for one in loggers if any(isinstance(each, AdminEmailHandler) for each in one.handlers)]


def test_a_forged_request_id_is_not_taken_over():
    answer = Client().get("/healthz", headers={"X-Request-ID": 'x"} {"level": "forged'})
    assert len(answer["X-Request-ID"]) == 32


@pytest.mark.django_db
def test_the_traceback_of_a_database_error_keeps_its_frames_but_not_the_refused_row():
    name = "Nguyễn Văn A"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [name])
    except DataError:
        text = discreet_traceback(sys.exc_info())
    assert name not in text
    assert "test_logs.py" in text
    assert "DataError" in text


def test_lines_of_other_libraries_and_ours_have_one_form(lines):
    row = "Key (name)=(Nguyễn) already exists"
    try:
        raise IntegrityError(row) from psycopg.Error(row)
    except IntegrityError:
        logging.getLogger("some.library").exception("it failed")
    structlog.get_logger("ours").info("done", count=2)
    failed, done = lines()
    assert "Nguyễn" not in failed["exception"]
    assert (done["event"], done["count"], done["level"]) == ("done", 2, "info")


@shared_task
def refuse(row: str) -> None:
    raise IntegrityError(row)


def test_the_line_of_a_failed_task_names_the_task_and_nothing_of_the_row(lines):
    refuse.apply(["Key (name)=(Nguyễn) already exists"])
    (failed,) = [line for line in lines() if line["level"] == "error"]
    assert failed["event"].startswith("Task tests.portal.test_logs.refuse[")
    assert "IntegrityError" in failed["exception"]
    assert "Nguyễn" not in json.dumps(failed, ensure_ascii=False)
