"""Wiring only: settings, engines, start-up, error pages. No models and no rules live here."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
