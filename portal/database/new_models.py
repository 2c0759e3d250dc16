"""Migrations that make tables, without Django's rendering of all related models anew for each of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db.migrations.state import ModelState, ProjectState

_add_model_of_django: Final = ProjectState.add_model


@contextmanager
def new_models_alone() -> Iterator[None]:
    """Within, a migration's new model is rendered alone: no class of another can refer to it yet. Django renders all
    that are related to it, however remotely, which here took most of the time of making an empty database."""
    ProjectState.add_model = _add_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = _add_model_of_django  # type: ignore[method-assign]


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    rendered = self.__dict__.pop("apps", None)  # without it Django renders nothing
    _add_model_of_django(self, model_state)
    if rendered is not None:
        self.__dict__["apps"] = rendered
        rendered.render_multiple([model_state])
