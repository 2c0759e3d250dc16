"""Loads the project's data files into the catalogue."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.text import slugify

from procedures.data_files import (
    Catalogue,
    Record,
    digest,
    read_catalogue,
    record_cut_off,
    word_list,
)
from procedures.loading import rows as catalogue_rows
from procedures.loading.rows import Places
from procedures.models import (
    Abbreviation,
    CatalogueVersion,
    Channel,
    Field,
    Offering,
    Procedure,
    ProcedureVersion,
    Process,
    ProcessStep,
    RequiredDocument,
    Step,
)
from procedures.versions.actions.change_log import name_actor
from procedures.versions.content import fill_search_columns
from units.models import Unit, UnitKind
from units.texts.folding import fold

VERSION_FIELDS = (
    *("name", "name_verified", "term_amount", "term_unit", "term_note", "term_verified", "fee_vnd", "fee_note"),
    *("audience", "online_level", "result", "competent", "handling", "coordinating", "legal_basis", "interlinked"),
)


class Loaded(NamedTuple):
    """The result of a load. `offered` has one tuple (level, procedures offered, offices) per level."""

    changed: bool
    procedures: int
    offerings: int
    offered: list[tuple[str, int, int]]


@transaction.atomic
def load_catalogue(*, at: datetime, force: bool = False) -> Loaded:
    """Writes the data files into the catalogue; does nothing if the same files were loaded before.

    Keeps the abbreviations added by the office. Rows are matched by `ref`, the version by the file's first day of
    validity; dossiers keep pointing at them. Raises Unit.DoesNotExist before the offices are loaded.
    """
    name_actor(None, at)
    state, _made = CatalogueVersion.objects.select_for_update().get_or_create(
        pk=1, defaults={"number": 0, "changed_at": at}
    )
    if changed := force or state.loaded != digest():
        _Load(read_catalogue()).run()
        _load_abbreviations()
        CatalogueVersion.objects.filter(pk=1).update(loaded=digest())
    return _summary(changed=changed)


def _load_abbreviations() -> None:
    shipped = word_list("abbreviations")
    rows = [Abbreviation(short=short, meaning=meaning) for short, meaning in shipped.items()]
    Abbreviation.objects.bulk_create(rows, ignore_conflicts=True)


def _summary(*, changed: bool) -> Loaded:
    offered = [
        (
            kind.name,
            Procedure.objects.filter(level=kind, offerings__isnull=False).distinct().count(),
            Unit.objects.filter(offerings__procedure__level=kind).distinct().count(),
        )
        for kind in UnitKind.objects.filter(pk__in=Procedure.objects.values("level"))
    ]
    return Loaded(changed, Procedure.objects.count(), Offering.objects.count(), offered)


class _Load:
    """One load: one statement per table, whatever the number of records."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.records = catalogue.records
        self.valid = DateRange(catalogue.valid_from, None)
        self.valid_from = catalogue.valid_from
        self.commitments = {commitment.ref: commitment for commitment in catalogue.commitments}
        self.levels = {kind.code: kind for kind in UnitKind.objects.all()}

    def run(self) -> None:
        self.fields = self._load_fields()
        self.procedures = self._load_procedures()
        self.versions = self._load_versions()
        self._load_details()
        self._load_offerings()

    def _load_fields(self) -> dict[str, Field]:
        groups, english = {record["field"]: record["field_group"] for record in self.records}, word_list("fields_en")
        Field.objects.bulk_create(
            [
                Field(slug=slugify(fold(name)), name=name, name_en=english.get(name, ""), group=group)
                for name, group in groups.items()
            ],
            update_conflicts=True,
            unique_fields=["slug"],
            update_fields=["name", "name_en", "group"],
        )
        return {field.name: field for field in Field.objects.all()}

    def _load_procedures(self) -> dict[str, Procedure]:
        Procedure.objects.bulk_create(
            [self._procedure(record) for record in self.records],
            update_conflicts=True,
            unique_fields=["ref"],
            update_fields=["national_code", "code_verified", "level", "field", "abbreviations", "sayings"],
        )
        return {procedure.ref: procedure for procedure in Procedure.objects.select_related("field")}

    def _procedure(self, record: Record) -> Procedure:
        return Procedure(
            ref=record["ref"],
            national_code=record["code"] or "",
            code_verified=record["code_verified"],
            level=self.levels[record["level"]],
            field=self.fields[record["field"]],
            abbreviations=record["abbreviations"],
            sayings=word_list("sayings").get(record["ref"], []),
        )

    def _load_versions(self) -> dict[str, ProcedureVersion]:
        """Updates the version that begins on the file's first day, or adds it. One bulk statement each."""
        pks = {
            version.procedure_id: version.pk
            for version in ProcedureVersion.objects.filter(valid__startswith=self.valid_from).only("procedure_id")
        }
        versions = {record["ref"]: self._version(record, pks) for record in self.records}
        old = [version for version in versions.values() if version.pk]
        changing = (*VERSION_FIELDS, "name_en", "cut_off", "name_folded", "rest_folded", "sort_key")
        ProcedureVersion.objects.bulk_update(old, changing, batch_size=200)
        ProcedureVersion.objects.bulk_create([version for version in versions.values() if not version.pk])
        return versions

    def _version(self, record: Record, pks: dict[int, int]) -> ProcedureVersion:
        procedure = self.procedures[record["ref"]]
        values = {name: record[name] for name in VERSION_FIELDS}
        values["name_en"] = word_list("names_en").get(record["ref"], "")
        version = ProcedureVersion(
            pk=pks.get(procedure.pk), procedure=procedure, valid=self.valid, cut_off=record_cut_off(record), **values
        )
        fill_search_columns(version, procedure, [name for name, *_counts in record["documents"]])
        return version

    def _load_details(self) -> None:
        pairs = [(self.versions[record["ref"]], record) for record in self.records]
        papers = [row for pair in pairs for row in catalogue_rows.documents(*pair)]
        steps = [row for pair in pairs for row in catalogue_rows.steps(*pair)]
        channels = [row for pair in pairs for row in catalogue_rows.channels(*pair)]
        self._replace(RequiredDocument, papers, "position", ["name", "originals", "copies", "form_code"])
        self._replace(Step, steps, "position", ["text"])
        self._replace(Channel, channels, "way", ["term_text", "fee_vnd", "fee_note"])
        self._load_processes(pairs)

    def _load_processes(self, pairs: list[tuple[ProcedureVersion, Record]]) -> None:
        """Loads the first edition of each process; editions approved by an office stay."""
        made = [(catalogue_rows.sample_process(*pair, self.valid_from), pair[1]) for pair in pairs]
        samples = [(process, record) for process, record in made if process]
        Process.objects.bulk_create(
            [process for process, _record in samples],
            update_conflicts=True,
            unique_fields=["version", "edition"],
            update_fields=["number", "decision", "approver", "approved_on"],
        )
        steps = [row for process, record in samples for row in catalogue_rows.process_steps(process, record)]
        loaded = ProcessStep.objects.bulk_create(
            steps,
            update_conflicts=True,
            unique_fields=["process", "position"],
            update_fields=["name", "place", "hours"],
        )
        left = ProcessStep.objects.filter(process__in=[process.pk for process, _record in samples])
        left.exclude(pk__in=[row.pk for row in loaded]).delete()

    def _replace(self, model: type[models.Model], rows: Sequence[models.Model], key: str, changing: list[str]) -> None:
        """Overwrites the rows of the loaded versions by key and deletes the rest."""
        loaded = model._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=["version", key], update_fields=changing
        )
        leftover = model._default_manager.filter(version__in=[version.pk for version in self.versions.values()])
        leftover.exclude(pk__in=[row.pk for row in loaded]).delete()

    def _load_offerings(self) -> None:
        """Leaves offerings that the files no longer have, since dossiers may point at them; the admin ends them."""
        existing = set(Offering.objects.filter(valid__overlap=self.valid).values_list("procedure_id", "unit_id"))
        tenant = Unit.objects.get(is_tenant=True)
        places = Places(tenant)
        rows = [
            self._offering(record, unit, places)
            for record in self.records
            if record["offered"]
            for unit in places.offices(record["level"])
        ]
        Offering.objects.bulk_create(row for row in rows if (row.procedure_id, row.unit_id) not in existing)

    def _offering(self, record: Record, unit: Unit, places: Places) -> Offering:
        commitment = self.commitments.get(record["ref"])
        promised = commitment.term if commitment and places.area(unit) in commitment.areas else None
        return Offering(
            procedure=self.procedures[record["ref"]],
            unit=unit,
            handler=places.handler(record["handler"], unit),
            valid=self.valid,
            committed_amount=promised.amount if promised else None,
            committed_unit=promised.unit.value if promised else "",
        )
