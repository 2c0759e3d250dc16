"""An empty database is the same whether Django renders new models with all that is related to them, or alone."""

from collections.abc import Callable

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from portal.database.new_models import new_models_alone

ID = ("id", models.BigAutoField(primary_key=True))


def key_to(name: str) -> models.ForeignKey:
    return models.ForeignKey(f"house.{name}", on_delete=models.CASCADE)


def state_after(operations: list[Operation]) -> ProjectState:
    state = ProjectState()
    assert state.apps is not None  # from here on each operation has to bring the classes up to date
    for operation in operations:
        operation.state_forwards("house", state)
    return state


OPERATIONS: list[Callable[[], Operation]] = [
    lambda: migrations.CreateModel("Desk", [ID, ("name", models.TextField())]),
    lambda: migrations.CreateModel("Dossier", [ID, ("desk", key_to("Desk")), ("first", key_to("Leg"))]),
    lambda: migrations.CreateModel("Leg", [ID, ("dossier", key_to("Dossier")), ("after", key_to("Leg"))]),
    lambda: migrations.AddField("Desk", "head", key_to("Leg")),
]


def outline(state: ProjectState) -> dict[str, dict[str, object]]:
    """Of every model its fields, those of others that lead to it too, with the very class at their other end."""
    apps = state.apps
    return {
        model._meta.label: {
            field.name: field.related_model and field.related_model is apps.get_model(field.related_model._meta.label)
            for field in model._meta.get_fields()
        }
        for model in apps.get_models()
    }


def test_a_new_model_alone_leads_to_and_is_reached_from_the_same_classes():
    whole = outline(state_after([make() for make in OPERATIONS]))
    with new_models_alone():
        alone = outline(state_after([make() for make in OPERATIONS]))
    assert alone == whole
    assert set(alone["house.Leg"]) == {"id", "dossier", "after", "leg", "desk"}
    assert False not in {end for fields in alone.values() for end in fields.values()}


def test_afterwards_django_does_it_its_own_way():
    before = ProjectState.add_model
    with new_models_alone():
        assert ProjectState.add_model is not before
    assert ProjectState.add_model is before
