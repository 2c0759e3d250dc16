"""Tabs and filters of the work queue, with the number of rows of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.clock.states import RUNNING, WAITING, Status
from dossiers.models import Dossier, DossierQuerySet
from units.clock.days import day_bounds, local_day
from units.clock.working_calendar import WorkingCalendar

LATE, TODAY, SOON, WAITS, READY, ALL = "qua-han", "hom-nay", "ba-ngay", "bo-sung", "tra-ket-qua", "tat-ca"
TABS: Final = (LATE, TODAY, SOON, WAITS, READY, ALL)
OWN, DESK, UNIT = "toi", "quay", "don-vi"
SCOPES: Final = (OWN, DESK, UNIT)
NOBODY: Final = "chua-giao"
LONGEST: Final = 100

FIELD, PROCEDURE, HOLDER, PERSON, CHANNEL = "linh-vuc", "thu-tuc", "noi-giu", "nguoi", "kenh"
_FACETS: Final = (FIELD, PROCEDURE, HOLDER, PERSON)

_RUNS, _WAITS = (", ".join(str(status.value) for status in sorted(some)) for some in (RUNNING, WAITING))
# One statement reads the work once for all counts and for the page. Names are joined to the few groups, not to the
# many rows. Order: running work, the earliest date first; results to hand out; dossiers that wait.
_READ: Final = f"""
    WITH work AS ({{work}}),
    tabbed AS MATERIALIZED (
        SELECT work.*, CASE
            WHEN status = {Status.DONE.value} THEN '{READY}'
            WHEN status IN ({_WAITS}) THEN '{WAITS}'
            WHEN status NOT IN ({_RUNS}) THEN ''
            WHEN due_at < %s THEN '{LATE}' WHEN due_at < %s THEN '{TODAY}' WHEN due_at <= %s THEN '{SOON}' ELSE '' END
            AS of_tab
        FROM work
    ),
    page AS (
        SELECT pk FROM tabbed WHERE matches AND %s IN ('{ALL}', of_tab)
        ORDER BY CASE WHEN status IN ({_RUNS}) THEN 0 WHEN status = {Status.DONE.value} THEN 1 ELSE 2 END, due_at, pk
        LIMIT %s OFFSET %s
    ),
    alike AS (
        SELECT of_tab, procedure_id, holder_id, assignee_id, max(version_id) AS version_id,
            count(*) FILTER (WHERE matches) AS matching
        FROM tabbed GROUP BY of_tab, procedure_id, holder_id, assignee_id
    ),
    counted AS (
        SELECT of_tab, field_id, procedure_id, holder_id, assignee_id, max(version_id) AS version_id,
            sum(matching)::bigint AS matching
        FROM alike JOIN procedures_procedure AS procedure ON procedure.id = alike.procedure_id
        GROUP BY GROUPING SETS ((of_tab), (field_id), (procedure_id), (holder_id), (assignee_id))
    )
    SELECT ARRAY(SELECT pk FROM page), (
        SELECT count(*) FROM tabbed WHERE matches AND of_tab = '{LATE}' AND handler_id = ANY(%s)
    ), (
        SELECT json_agg(json_build_array(
            of_tab, matching, field.slug, field.name, procedure.ref, version.name, holder.slug, holder.name,
            person.id::text, coalesce(nullif(person.full_name, ''), person.username)
        ) ORDER BY coalesce(field.name, version.name, holder.name, person.full_name))
        FROM counted
        LEFT JOIN procedures_field AS field ON field.id = counted.field_id
        LEFT JOIN procedures_procedure AS procedure ON procedure.id = counted.procedure_id
        LEFT JOIN procedures_procedureversion AS version
            ON version.id = counted.version_id AND counted.procedure_id IS NOT NULL
        LEFT JOIN units_unit AS holder ON holder.id = counted.holder_id
        LEFT JOIN accounts_user AS person ON person.id = counted.assignee_id
    )
"""  # noqa: S608


class FilterChoice(NamedTuple):
    """A value of a filter in the query string, and its name."""

    value: str
    name: str


class Facet(NamedTuple):
    """A filter: its name in the query string, its label, the label of "all", the chosen value."""

    name: str
    label: str
    all: str
    chosen: str
    choices: list[FilterChoice]


def _facet_words() -> dict[str, tuple[str, str]]:
    return {
        FIELD: (_("Lĩnh vực"), _("Mọi lĩnh vực")),
        PROCEDURE: (_("Thủ tục"), _("Mọi thủ tục")),
        HOLDER: (_("Nơi đang giữ"), _("Mọi nơi")),
        PERSON: (_("Người xử lý"), _("Mọi người")),
        CHANNEL: (_("Cách nộp"), _("Mọi cách nộp")),
    }


def _with_chosen(choices: list[FilterChoice], value: str) -> list[FilterChoice]:
    if not value or any(choice.value == value for choice in choices):
        return choices
    return [*choices, FilterChoice(value, _("Không có hồ sơ"))]


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the query string. An unknown tab, scope or channel is ignored; any other unknown value matches no
    row."""

    tab: str = ALL
    scope: str = UNIT
    field: str = ""
    procedure: str = ""
    holder: str = ""
    person: str = ""
    channel: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Filters:
        tab, scope, channel = query.get("nhom", ""), query.get("pham-vi", ""), query.get(CHANNEL, "")
        field, procedure, holder, person = (query.get(name, "")[:LONGEST] for name in _FACETS)
        return cls(
            tab=tab if tab in TABS else ALL,
            scope=scope if scope in SCOPES else UNIT,
            field=field,
            procedure=procedure,
            holder=holder,
            person=person,
            channel=channel if channel in Dossier.Intake.values else "",
        )

    @property
    def is_narrow(self) -> bool:
        """Whether a filter besides the tab is chosen."""
        return self != Filters(tab=self.tab)

    def facets(self, found: Mapping[str, list[FilterChoice]]) -> list[Facet]:
        """The filters that the page offers; includes a chosen value without rows, so that it can be seen and
        removed."""
        values = (self.field, self.procedure, self.holder, self.person, self.channel)
        offered = {
            **found,
            PERSON: [FilterChoice(NOBODY, _("Chưa giao cho ai")), *found[PERSON]],
            CHANNEL: [FilterChoice(value, str(label)) for value, label in Dossier.Intake.choices],
        }
        return [
            Facet(name, label, every, value, _with_chosen(offered[name], value))
            for (name, (label, every)), value in zip(_facet_words().items(), values, strict=True)
        ]

    def condition(self) -> Q:
        """The condition of the filters without tab and scope."""
        asked = {
            "procedure__field__slug": self.field,
            "procedure__ref": self.procedure,
            "holder__slug": self.holder,
            "intake": self.channel,
        }
        matching = Q(**{name: value for name, value in asked.items() if value})
        if self.person == NOBODY:
            return matching & Q(assignee=None)
        if self.person:
            is_key = self.person.isdecimal() and self.person.isascii() and len(self.person) < 18
            return matching & Q(assignee=int(self.person) if is_key else 0)
        return matching


def in_scope(user: User, scope: str, *roles: str) -> DossierQuerySet:
    """The work of a person's units with their subtrees (UNIT), of these units alone (DESK), or the dossiers assigned
    to or registered by the person (OWN)."""
    if scope == DESK:
        return Dossier.objects.to_do_at([held.unit_id for held in user.current_memberships() if held.role in roles])
    work = Dossier.objects.to_do_at(user.unit_ids_as(*roles))
    return work.filter(Q(assignee=user) | Q(registered_by=user)) if scope == OWN else work


class FoundRows(NamedTuple):
    """Rows of each tab under the filters, choices of each filter, primary keys of the page's rows. `handled`: overdue
    rows that `units` handle themselves."""

    totals: dict[str, int]
    choices: dict[str, list[FilterChoice]]
    keys: list[int]
    handled: int


def find_rows(
    work: DossierQuerySet,
    filters: Filters,
    at: datetime,
    calendar: WorkingCalendar,
    *,
    units: Sequence[int],
    first: int,
    most: int,
) -> FoundRows:
    """Reads the counts and the page from row `first` of the tab by one query. `units`: the person's units. The tab
    "three days" counts working days after today; `at` is aware."""
    matches = filters.condition()
    rows = work.order_by().values(
        *("pk", "status", "due_at", "procedure_id", "version_id", "handler_id", "holder_id", "assignee_id"),
        matches=ExpressionWrapper(matches, BooleanField()) if matches else Value(True),
    )
    sql, params = rows.query.sql_with_params()
    days = (at, day_bounds(local_day(at))[1], calendar.nth_closing(local_day(at), 3)[0])
    totals: dict[str, int] = dict.fromkeys(TABS, 0)
    choices: dict[str, list[FilterChoice]] = {facet: [] for facet in _FACETS}
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(work=sql), [*params, *days, filters.tab, most, first, list(units)])
        keys, handled, groups = cursor.fetchone() or ([], 0, [])
    for tab, matching, *named in groups or []:
        if tab is not None:
            totals[tab] = matching
        for facet, value, name in zip(_FACETS, named[::2], named[1::2], strict=True):
            if value is not None:
                choices[facet].append(FilterChoice(value, name))
    totals[ALL] = sum(totals.values())
    return FoundRows(totals, choices, keys, handled)
