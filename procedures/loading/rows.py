"""Makes unsaved rows of a record of the data files, and finds the offices it names."""

from collections.abc import Iterator
from datetime import date

from procedures.data_files import Record, record_term
from procedures.models import Channel, ProcedureVersion, Process, ProcessStep, RequiredDocument, Step
from procedures.versions import process_plan
from units.models import Unit, UnitIdentifier, UnitKind
from units.texts.explanation import term_in_words


class Places:
    """The existing offices that take dossiers in and the units that handle them, read once."""

    def __init__(self, tenant: Unit) -> None:
        below = list(Unit.objects.under(tenant).filter(valid_to=None).select_related("kind"))
        self._by_level: dict[str, list[Unit]] = {}
        for unit in below:
            self._by_level.setdefault(unit.kind.code, []).append(unit)
        areas = UnitIdentifier.objects.filter(unit__in=below, scheme=UnitIdentifier.GSO, valid_to=None)
        self._areas = dict(areas.values_list("unit_id", "value"))

    def offices(self, level: str) -> list[Unit]:
        return self._by_level.get(level, [])

    def area(self, unit: Unit) -> str:
        """The area code of an office, or an empty text."""
        return self._areas.get(unit.pk, "")

    def handler(self, name: str, office: Unit) -> Unit:
        """The department whose name begins with `name`, else the office itself."""
        departments = self._by_level.get(UnitKind.DEPARTMENT, []) if name else []
        return next((unit for unit in departments if unit.name.startswith(name)), office)


def documents(version: ProcedureVersion, record: Record) -> Iterator[RequiredDocument]:
    for position, (name, originals, copies, form_code) in enumerate(record["documents"], 1):
        yield RequiredDocument(
            version=version, position=position, name=name, originals=originals, copies=copies, form_code=form_code
        )


def steps(version: ProcedureVersion, record: Record) -> Iterator[Step]:
    for position, text in enumerate(record["steps"], 1):
        yield Step(version=version, position=position, text=text)


def channels(version: ProcedureVersion, record: Record) -> Iterator[Channel]:
    """Always desk and post; online if the procedure can be filed online."""
    ways = [Channel.Way.DESK, Channel.Way.POST]
    if version.online_level in (ProcedureVersion.OnlineLevel.FULL, ProcedureVersion.OnlineLevel.PARTIAL):
        ways.append(Channel.Way.ONLINE)
    term = record_term(record)
    text = term_in_words(term) if term else record["term_note"]
    for way in ways:
        yield Channel(version=version, way=way, term_text=text, fee_vnd=record["fee_vnd"], fee_note=record["fee_note"])


def sample_process(version: ProcedureVersion, record: Record, on: date) -> Process | None:
    """The process that comes with the catalogue, until an office approves its own; None without steps."""
    if not process_plan.plan(record_term(record)):
        return None
    return Process(version=version, edition=1, approved_on=on, **process_plan.SAMPLE)


def process_steps(process: Process, record: Record) -> Iterator[ProcessStep]:
    for position, step in enumerate(process_plan.plan(record_term(record)), 1):
        yield ProcessStep(process=process, position=position, name=step.name, place=step.place, hours=step.hours)
