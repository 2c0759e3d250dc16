"""Everything a version of a procedure says, as one JSON value: what a draft holds and what an update is compared by.

    {"name": …, every name of FACTS,
     "papers": [{"case", "name", "originals", "copies", "form_code", "form": id of a FormFile | null}],
     "steps": ["text"],
     "ways": [{"way", "term_text", "fee_vnd", "fee_note"}],
     "process": {"number", "decision", "approver",
                 "steps": [{"name", "place", "unit": id | null, "hours", "group", "owner", "record"}]},
     "committed": {"change": "keep" | "none" | "all", "amount": number | null, "unit"}}

Terms are as in the models; `cut_off` is "15:00" or null. What of the offices' promises is to change is `committed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any, Final

from django.db.models import Prefetch

from procedures.models import (
    Channel,
    Procedure,
    ProcedureVersion,
    Process,
    ProcessStep,
    RequiredDocument,
    Step,
    VersionQuerySet,
)
from procedures.terms import make_term
from units.clock.due_dates import Term
from units.texts.folding import folded, sort_key

Content = dict[str, Any]

TEXTS: Final = (
    *(
        "name",
        "name_en",
        "term_unit",
        "term_note",
        "fee_note",
        "online_level",
        "online_reason",
        "result",
        "conditions",
    ),
    *("competent", "handling"),
)
LISTS: Final = ("audience", "coordinating", "legal_basis")
NUMBERS: Final = ("term_amount", "fee_vnd")
MARKS: Final = ("name_verified", "term_verified", "interlinked")
FACTS: Final = (*TEXTS, *LISTS, *NUMBERS, *MARKS)
KEEP, NONE, ALL = "keep", "none", "all"
_PAPER: Final = ("case", "name", "originals", "copies", "form_code", "form")
_WAY: Final = ("way", "term_text", "fee_vnd", "fee_note")
_APPROVAL: Final = ("number", "decision", "approver")
_STEP: Final = ("name", "place", "hours", "group", "owner", "record")


def empty_content() -> Content:
    """The shape without values."""
    facts: Content = dict.fromkeys(TEXTS, "")
    facts |= {name: [] for name in LISTS} | dict.fromkeys(NUMBERS) | dict.fromkeys(MARKS, False)
    committed = {"change": KEEP, "amount": None, "unit": ""}
    return facts | {
        "cut_off": None,
        "papers": [],
        "steps": [],
        "ways": [],
        "process": no_process(),
        "committed": committed,
    }


def no_process() -> Content:
    approval: Content = dict.fromkeys(_APPROVAL, "")
    return approval | {"steps": []}


def plain_lines(text: str) -> str:
    """Normalises line ends of browsers and spreadsheets, which would otherwise count as differences."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def with_content(versions: VersionQuerySet) -> VersionQuerySet:
    """Prefetches what `content_of` reads, in three queries however many versions."""
    processes = Process.objects.in_use().prefetch_related(Prefetch("steps", ProcessStep.objects.order_by("position")))
    return versions.with_parts().prefetch_related(Prefetch("processes", processes, to_attr="used"))


def content_of(version: ProcedureVersion) -> Content:
    """The content of `version`, as read by `with_content`."""
    facts = {name: getattr(version, name) for name in FACTS} | {name: list(getattr(version, name)) for name in LISTS}
    papers: list[dict[str, Any]] = version.papers  # type: ignore[attr-defined]
    steps: list[dict[str, Any]] = version.public_steps  # type: ignore[attr-defined]
    ways: list[dict[str, Any]] = version.ways  # type: ignore[attr-defined]
    return (
        empty_content()
        | facts
        | {
            "cut_off": f"{version.cut_off:%H:%M}" if version.cut_off else None,
            "papers": [{name: row[name] for name in _PAPER} for row in papers],
            "steps": [row["text"] for row in steps],
            "ways": [{name: row[name] for name in _WAY} for row in ways],
            "process": _process(next(iter(version.used), None)),  # type: ignore[attr-defined]
        }
    )


def _process(process: Process | None) -> Content:
    if process is None:
        return dict.fromkeys(_APPROVAL, "") | {"steps": []}
    steps = [{name: getattr(step, name) for name in _STEP} | {"unit": step.unit_id} for step in process.steps.all()]
    return {name: getattr(process, name) for name in _APPROVAL} | {"steps": steps}


def term_of(content: Content) -> Term | None:
    """The statutory term, or None where it is stated in words."""
    return make_term(content["term_amount"], content["term_unit"], _cut_off(content))


def as_version(content: Content, procedure: Procedure) -> ProcedureVersion:
    """An unsaved version with its search columns, and with papers, steps and ways as by
    `VersionQuerySet.with_parts`."""
    version = ProcedureVersion(
        procedure=procedure, cut_off=_cut_off(content), **{name: content[name] for name in FACTS}
    )
    fill_search_columns(version, procedure, (paper["name"] for paper in content["papers"]))
    parts = {
        "papers": [{"position": place} | row for place, row in enumerate(content["papers"], 1)],
        "public_steps": [{"position": place, "text": text} for place, text in enumerate(content["steps"], 1)],
        "ways": sorted(content["ways"], key=lambda row: str(row["way"])),
    }
    for name, rows in parts.items():
        setattr(version, name, rows)
    return version


def fill_search_columns(version: ProcedureVersion, procedure: Procedure, papers: Iterable[str]) -> None:
    """Fills the columns for searching and sorting. The name weighs most, see `procedures.search.find`."""
    rest = [version.result, procedure.field.name, *procedure.abbreviations, procedure.official_code, procedure.ref]
    version.name_folded = folded(version.name)
    version.rest_folded = folded(*rest, *papers)
    version.sort_key = sort_key(version.name)


def parts_of(content: Content, version: ProcedureVersion) -> tuple[list[RequiredDocument], list[Step], list[Channel]]:
    """Unsaved rows of the parts of a saved version."""
    papers = [
        RequiredDocument(
            version=version, position=n, **{"form_id" if name == "form" else name: row[name] for name in row}
        )
        for n, row in enumerate(content["papers"], 1)
    ]
    steps = [Step(version=version, position=n, text=text) for n, text in enumerate(content["steps"], 1)]
    return papers, steps, [Channel(version=version, **row) for row in content["ways"]]


def process_steps_of(content: Content, process: Process | None = None) -> list[ProcessStep]:
    """Unsaved process steps in order."""
    rows = ({**row, "unit_id": row["unit"]} for row in content["process"]["steps"])
    columns = (*_STEP, "unit_id")
    return [
        ProcessStep(process=process, position=position, **{name: row[name] for name in columns})
        for position, row in enumerate(rows, 1)
    ]


def _cut_off(content: Content) -> time | None:
    return time.fromisoformat(content["cut_off"]) if content["cut_off"] else None
