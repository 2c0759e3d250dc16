"""Which papers are needed in somebody's own case: two questions at most, and the list that is left. Pure.

A paper belongs to a case (`RequiredDocument.case`), or its name says on what it depends: "(nếu đổi chủ)", "(nếu có)".
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

CONDITION: Final = re.compile(r"\s*\(nếu ([^()]+)\)", re.IGNORECASE)
IF_ANY: Final = "có"

Paper = dict[str, Any]


@dataclass(frozen=True)
class Condition:
    """On what one paper depends; `is_any`: on nothing but that one has it."""

    position: int
    text: str
    paper: str
    is_any: bool


@dataclass(frozen=True)
class Checklist:
    """`papers` are those needed by what was answered; before anything was, all of them."""

    cases: list[str]
    conditions: list[Condition]
    papers: list[Paper]
    is_answered: bool

    @property
    def asks(self) -> bool:
        return len(self.cases) > 1 or bool(self.conditions)


def checklist(papers: Sequence[Paper], *, case: int | None, holds: Collection[int], is_answered: bool) -> Checklist:
    """`case` is the number of the chosen one in the order of the papers, `holds` the positions of papers whose
    condition is met; values that are none are ignored."""
    cases = list(dict.fromkeys(paper["case"] for paper in papers if paper["case"]))
    chosen = cases[case] if case is not None and 0 <= case < len(cases) else None
    conditions = [found for paper in papers if (found := condition_of(paper)) and _fits(paper, chosen)]
    left_out = {found.position for found in conditions if is_answered and found.position not in holds}
    needed = [paper for paper in papers if _fits(paper, chosen) and paper["position"] not in left_out]
    return Checklist(cases, conditions, needed, is_answered)


def condition_of(paper: Paper) -> Condition | None:
    found = CONDITION.search(paper["name"])
    if not found:
        return None
    text = found.group(1).strip()
    return Condition(paper["position"], text, plain_name(paper), text.casefold() == IF_ANY)


def plain_name(paper: Paper) -> str:
    """The paper's name without the condition."""
    return CONDITION.sub("", paper["name"])


def _fits(paper: Paper, chosen: str | None) -> bool:
    return chosen is None or paper["case"] in ("", chosen)
