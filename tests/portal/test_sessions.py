"""Sessions that ran out do not pile up."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import BrowserSession
from portal.celery import app
from portal.tasks import forget_sessions


@pytest.mark.django_db
def test_sessions_that_ran_out_are_forgotten_once_a_day():
    now = timezone.now()
    for key, days in (("old", -1), ("new", 1)):
        BrowserSession.objects.create(session_key=key, session_data="", expire_date=now + timedelta(days=days))
    forget_sessions()
    assert [session.session_key for session in BrowserSession.objects.all()] == ["new"]


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
    assert "portal.tasks.forget_sessions" in app.tasks
