"""Pieces of database constraints for rows that hold between two dates. They need no PostgreSQL extension."""

from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, IntegerRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


def validity() -> Func:
    """The days from `valid_from` to `valid_to`, both included."""
    return Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange", output_field=DateRangeField())


def same(field: str) -> Func:
    """An expression two rows share when `field` is equal; an integer range needs no PostgreSQL extension.

    Of a foreign key give the field's name, not its column's: model validation knows only the former.
    """
    return Func(F(field), F(field), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def same_or_none(field: str) -> Func:
    """Like `same`, for a key that may be null: rows without one share it too. No key is 0."""
    key = Func(F(field), Value(0), function="COALESCE", output_field=models.BigIntegerField())
    return Func(key, key, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def times(first: str, last: str) -> Func:
    """The seconds of the day from the time `first` up to the time `last`, which is not among them."""
    return Func(_second(first), _second(last), Value("[)"), function="int4range", output_field=IntegerRangeField())


def _second(field: str) -> Func:
    return Func(F(field), template="EXTRACT(epoch FROM %(expressions)s)::int4", output_field=models.IntegerField())


def same_text(field: str) -> Func:
    """Like `same`, for text: its 64-bit hash."""
    digest = Func(F(field), Value(0), function="hashtextextended", output_field=models.BigIntegerField())
    return Func(digest, digest, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
        violation_error_message=_("Ngày kết thúc không được trước ngày bắt đầu."),
    )
