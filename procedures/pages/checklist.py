"""The papers needed in one's own case: at most two questions, and the list that remains. Pure.

A paper belongs to a case (`RequiredDocument.case`), or its name states a condition: "(nếu đổi chủ)", "(nếu có)".
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
    """The condition of one paper; `is_any`: only that one has such a paper."""

    position: int
    text: str
    paper: str
    is_any: bool


@dataclass(frozen=True)
class Checklist:
    """`papers` are those needed according to the answers; all of them before any answer."""

    cases: list[str]
    conditions: list[Condition]
    papers: list[Paper]
    is_answered: bool

    @property
    def asks(self) -> bool:
        return len(self.cases) > 1 or bool(self.conditions)


def checklist(papers: Sequence[Paper], *, case: int | None, holds: Collection[int], is_answered: bool) -> Checklist:
    """`case` is the number of the chosen case in the order of the papers, `holds` the positions of papers whose
    condition is met; invalid values are ignored."""
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
    """The name of the paper without its condition."""
    return CONDITION.sub("", paper["name"])


def _fits(paper: Paper, chosen: str | None) -> bool:
    return chosen is None or paper["case"] in ("", chosen)
