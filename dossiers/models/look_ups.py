"""Expressions by which dossiers are searched; the indexes of `Dossier` are built on the same ones."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.search import SearchVector
from django.db.models import F, Func, Value
from django.db.models.functions import Least, Reverse

NAME = SearchVector("applicant_folded", config="simple")
"""The applicant's name as words without accents."""

PHONE = Reverse(Func(F("applicant_phone"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace"))
"""The digits of the telephone number reversed: people state the last digits, and an index finds beginnings."""

OPEN_SPAN = Func(
    Least("submitted_at", "finished_at"),
    F("finished_at"),
    Value("[]"),
    function="tstzrange",
    output_field=DateTimeRangeField(),
)
"""The span during which the dossier was open, both ends included; finds what was open on a past day by an index."""
