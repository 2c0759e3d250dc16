"""Operations whose form's fields are the arguments of their verb."""

from functools import partial
from inspect import signature

import pytest

from accounts.staff.operations import Operation
from complaints.operations.registry import OPERATIONS as OF_CASES
from dossiers.operations.registry import OPERATIONS as OF_DOSSIERS

CALLING = [one for every in (OF_DOSSIERS, OF_CASES) for one in every.values() if isinstance(one.do, partial)]


@pytest.mark.parametrize("operation", CALLING, ids=lambda one: one.slug)
def test_the_verb_takes_every_field_of_the_form(operation: Operation) -> None:
    verb, row = operation.do.args
    takes = signature(verb).parameters
    assert row in takes
    assert set(operation.form.base_fields) <= set(takes)
