"""The time in tests."""

from django.db.backends.signals import connection_created

from tests.databases import give_time

connection_created.connect(give_time)
