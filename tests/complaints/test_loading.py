"""The law of the release as rows: loaded again, it is reset, and what an administrator wrote stays."""

import json

import pytest

from complaints.loading import DATA, load_rules
from complaints.models import AnswerTemplate, Category, Ground, RuleSet

pytestmark = pytest.mark.django_db

LOADED = (RuleSet, Ground, Category)


def rows() -> list[dict[str, object]]:
    return [row for model in LOADED for row in model.objects.order_by("pk").values()]


def test_loading_again_resets_what_the_release_has_and_makes_nothing_twice() -> None:
    load_rules()
    loaded = rows()
    RuleSet.objects.update(source="Căn cứ khác")
    Ground.objects.update(text="Lý do khác")
    Category.objects.update(name="Tên khác", order=0)
    load_rules()
    assert rows() == loaded


def test_rows_of_an_administrator_and_templates_that_they_changed_stay() -> None:
    load_rules()
    first = Ground.objects.earliest("pk")
    Ground.objects.create(kind=first.kind, use=first.use, code="rieng", text="Lý do riêng", text_en="Our own reason")
    AnswerTemplate.objects.update(text="Lời của chúng tôi")
    load_rules()
    assert Ground.objects.get(code="rieng").text == "Lý do riêng"
    assert {answer.text for answer in AnswerTemplate.objects.all()} == {"Lời của chúng tôi"}


def test_grounds_are_offered_in_the_order_of_the_file() -> None:
    load_rules()
    in_file = [row["code"] for row in json.loads((DATA / "grounds.json").read_text(encoding="utf-8"))]
    assert list(Ground.objects.order_by("pk").values_list("code", flat=True)) == in_file
