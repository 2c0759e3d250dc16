"""What the register is looked up by, as expressions: the indexes of `Dossier` hold the very same ones."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.search import SearchVector
from django.db.models import F, Func, Value
from django.db.models.functions import Least, Reverse

NAME = SearchVector("applicant_folded", config="simple")
"""The words of the applicant's name without accents."""

PHONE = Reverse(Func(F("applicant_phone"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace"))
"""The digits of the telephone number, the last one first: people say the last ones."""

OPEN_SPAN = Func(
    Least("submitted_at", "finished_at"),
    F("finished_at"),
    Value("[]"),
    function="tstzrange",
    output_field=DateTimeRangeField(),
)
"""From when to when it was open, both ends included: so what was open on a past day is found among all that was handed
in before it."""
