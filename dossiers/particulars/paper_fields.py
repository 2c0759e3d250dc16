"""Form fields for received papers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier, ReceivedDocument
from dossiers.particulars.submission import TakenPaper
from procedures.models import RequiredDocument


def papers_field(asked: QuerySet[RequiredDocument], dossier: Dossier) -> forms.ModelMultipleChoiceField[Any]:
    """A field with the papers that a procedure requires; those already received are ticked."""
    taken = [pk for pk in dossier.documents.values_list("required", flat=True) if pk]
    names = list(dossier.documents.values_list("name", flat=True))
    ticked = [paper.pk for paper in asked if paper.pk in taken or paper.name in names]
    return forms.ModelMultipleChoiceField(
        asked, label=_("Giấy tờ đã có"), required=False, initial=ticked, widget=forms.CheckboxSelectMultiple
    )


def papers_taken(
    ticked: Iterable[RequiredDocument], asked: Iterable[RequiredDocument], dossier: Dossier
) -> list[TakenPaper]:
    """The papers after ticking, with their counts as recorded, else as required; papers not required stay."""
    recorded = {document.name: document for document in dossier.documents.all()}
    papers = [_paper(paper, recorded.get(paper.name)) for paper in sorted(ticked, key=lambda one: one.position)]
    asked_for = {paper.name for paper in asked}
    others = [document for name, document in recorded.items() if name not in asked_for]
    return papers + [TakenPaper(one.name, one.originals, one.copies, one.required_id) for one in others]


def _paper(paper: RequiredDocument, known: ReceivedDocument | None) -> TakenPaper:
    counted = known or paper
    return TakenPaper(paper.name, counted.originals, counted.copies, paper.pk)
