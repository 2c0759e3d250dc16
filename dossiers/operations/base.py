"""What the operations on a dossier share."""

from functools import partial

from accounts.staff.operations import calling

calls = partial(calling, row="dossier")
"""A `do` for a form whose fields are the arguments of a verb."""
