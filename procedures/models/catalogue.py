"""The public catalogue: procedures, their dated versions, and where they are offered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject, Upper
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from procedures import codes
from procedures.models.number import CatalogueVersion
from procedures.models.parts import Channel, RequiredDocument, Step
from procedures.models.process import ProcessStep
from procedures.terms import AUDIENCES, TERM_UNITS, make_term
from units.clock.due_dates import Term
from units.database.constraints import same
from units.models import Unit, UnitKind
from units.texts.explanation import term_in_words


class Field(models.Model):
    """A field of administration (lĩnh vực), grouped by the branch that answers for it."""

    slug = models.SlugField(_("địa chỉ"), max_length=120, unique=True)
    name = models.CharField(_("tên"), max_length=200, unique=True)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    group = models.CharField(_("ngành"), max_length=120)

    class Meta:
        verbose_name = _("lĩnh vực")
        verbose_name_plural = _("lĩnh vực")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def on_offer(self, on: date) -> ProcedureQuerySet:
        """Procedures that at least one office takes in on that day."""
        return self.filter(models.Exists(Offering.objects.in_force(on).filter(procedure=models.OuterRef("pk"))))


class Procedure(models.Model):
    """An administrative procedure at one level of government; what changes over time is in its versions.

    `ref` is its public address and never changes. It equals the national code only where that code was seen beside
    this very name in a public record (`code_verified`) and stands at a single level.
    """

    ref = models.CharField(_("mã dùng trên cổng"), max_length=codes.MOST, unique=True, validators=[codes.check_code])
    national_code = models.CharField(_("mã quốc gia"), max_length=40, blank=True)
    code_verified = models.BooleanField(_("mã đã kiểm chứng"), default=False)
    level = models.ForeignKey(UnitKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("cấp"))
    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="procedures", verbose_name=_("lĩnh vực"))
    abbreviations = ArrayField(models.CharField(max_length=20), verbose_name=_("viết tắt"), default=list, blank=True)
    sayings = ArrayField(
        models.CharField(max_length=200), verbose_name=_("cách người dân hay gọi"), default=list, blank=True
    )

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("thủ tục")
        verbose_name_plural = _("thủ tục")
        ordering = ["ref"]
        constraints = [
            models.UniqueConstraint(
                fields=["national_code", "level"], condition=~Q(national_code=""), name="procedure_code_once_per_level"
            ),
            models.CheckConstraint(
                name="procedure_ref_is_an_address",
                condition=codes.is_code("ref"),
                violation_error_message=codes.WRONG,
            ),
            models.UniqueConstraint(
                Upper("ref"),
                name="procedure_ref_once_in_any_case",
                violation_error_message=_("Mã này đã có trên cổng."),
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("procedures:procedure", args=[self.ref])

    @property
    def official_code(self) -> str:
        """The national code if verified, else empty: an unverified code is never shown as official."""
        return self.national_code if self.code_verified else ""


def _parts(model: type[models.Model], *columns: str, **named: str) -> ArraySubquery:
    """The rows of `model` that belong to a version, ordered by the first column, each as a JSON object; `named` adds
    columns under other names."""
    return _listed(model._default_manager.filter(version=models.OuterRef("pk")), *columns, **named)


def _listed(rows: models.QuerySet[Any], *columns: str, **named: str) -> ArraySubquery:
    ordered = rows.order_by(columns[0])
    return ArraySubquery(ordered.values(part=JSONObject(**{column: column for column in columns}, **named)))


def _versions_until(on: date) -> models.Subquery:
    """The number of versions of the same procedure that have taken effect by that day."""
    same_one = ProcedureVersion.objects.filter(procedure=models.OuterRef("procedure"), valid__startswith__lte=on)
    counted = same_one.order_by().values("procedure").annotate(n=models.Count("pk")).values("n")
    return models.Subquery(counted, output_field=models.IntegerField())


class VersionQuerySet(models.QuerySet["ProcedureVersion"]):
    def in_force(self, on: date) -> VersionQuerySet:
        return self.filter(valid__contains=on)

    def on_offer(self, on: date) -> VersionQuerySet:
        """The version in force of every procedure that some office takes in on that day."""
        offered = Offering.objects.in_force(on).filter(procedure=models.OuterRef("procedure"))
        return self.in_force(on).filter(models.Exists(offered))

    def effective_by(self, on: date) -> VersionQuerySet:
        """Versions that have taken effect by that day, ended ones included, newest first: all that the open API shows.
        Versions of a later day are only on the page of the procedure and in its history."""
        return self.filter(valid__startswith__lte=on).order_by("-valid__startswith")

    def changed(self, on: date) -> VersionQuerySet:
        """Versions that took effect by that day, newest first, of procedures that some office takes in on it. Leaves
        out those valid since the first day of the catalogue, which changed nothing."""
        offered = Offering.objects.in_force(on).filter(procedure=models.OuterRef("procedure"))
        first = ProcedureVersion.objects.order_by("valid__startswith").values("valid__startswith")[:1]
        rows = self.filter(models.Exists(offered), valid__startswith__lte=on, valid__startswith__gt=first)
        return rows.order_by("-valid__startswith", "sort_key")

    def for_list(self, on: date) -> VersionQuerySet:
        """Everything a result card or a list row prints, in two queries."""
        places = Offering.objects.in_force(on).with_places()
        return self.select_related("procedure__field", "procedure__level").prefetch_related(
            models.Prefetch("procedure__offerings", queryset=places, to_attr="places")
        )

    def for_page(self, on: date) -> VersionQuerySet:
        """Everything the page of one procedure prints, in two queries: its parts come along as lists of dicts."""
        return (
            self.for_list(on)
            .with_parts()
            .annotate(
                process_steps=_listed(
                    ProcessStep.objects.in_use().filter(process__version=models.OuterRef("pk")),
                    *("position", "name", "place", "hours"),
                ),
                versions_until_now=_versions_until(on),
                catalogue_number=models.Subquery(CatalogueVersion.objects.values("number")[:1]),
            )
        )

    def with_parts(self) -> VersionQuerySet:
        """With papers, public steps and ways to file as lists of dicts."""
        return self.with_ways().annotate(
            papers=_parts(
                RequiredDocument,
                *("position", "case", "name", "originals", "copies", "form_code"),
                form="form_id",
                form_name="form__file__name",
                form_kind="form__file__kind",
                form_size="form__file__size",
            ),
            public_steps=_parts(Step, "position", "text"),
        )

    def with_ways(self) -> VersionQuerySet:
        """With the ways to file, each with its term and fee, as a list of dicts."""
        return self.annotate(ways=_parts(Channel, "way", "term_text", "fee_vnd", "fee_note"))


class ProcedureVersion(models.Model):
    """What a procedure asked, cost and promised during `valid` (half-open range of local dates).

    A dossier stays on the version in force on the day of its acceptance.
    """

    class OnlineLevel(models.TextChoices):
        FULL = "toan_trinh", _("Trực tuyến toàn trình")
        PARTIAL = "mot_phan", _("Trực tuyến một phần")
        INFORMATION = "thong_tin", _("Cung cấp thông tin")
        UNKNOWN = "", _("Chưa xác định")

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="versions", verbose_name=_("thủ tục")
    )
    valid = DateRangeField(_("hiệu lực"))
    decision = models.CharField(_("quyết định công bố"), max_length=200, blank=True)
    name = models.CharField(_("tên"), max_length=400)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=400, blank=True)
    name_verified = models.BooleanField(_("tên đã kiểm chứng"), default=False)
    term_amount = models.PositiveSmallIntegerField(_("thời hạn theo quy định"), null=True, blank=True)
    term_unit = models.CharField(_("đơn vị thời hạn"), max_length=20, blank=True, choices=list(TERM_UNITS.items()))
    term_note = models.CharField(_("ghi chú thời hạn"), max_length=400, blank=True)
    term_verified = models.BooleanField(_("thời hạn đã kiểm chứng"), default=False)
    cut_off = models.TimeField(_("giờ chốt trong ngày"), null=True, blank=True)
    fee_vnd = models.PositiveIntegerField(_("phí, lệ phí (đồng)"), null=True, blank=True)
    fee_note = models.CharField(_("ghi chú phí, lệ phí"), max_length=400, blank=True)
    audience = ArrayField(models.CharField(max_length=20), verbose_name=_("đối tượng"), default=list)
    online_level = models.CharField(
        _("mức trực tuyến"), max_length=20, blank=True, choices=OnlineLevel.choices, default=OnlineLevel.UNKNOWN
    )
    online_reason = models.CharField(_("lý do chỉ một phần"), max_length=400, blank=True)
    result = models.CharField(_("kết quả"), max_length=400, blank=True)
    conditions = models.TextField(_("yêu cầu, điều kiện"), blank=True)
    competent = models.CharField(_("cơ quan có thẩm quyền"), max_length=200, blank=True)
    handling = models.CharField(_("đơn vị giải quyết"), max_length=200, blank=True)
    coordinating = ArrayField(models.CharField(max_length=200), verbose_name=_("cơ quan phối hợp"), default=list)
    legal_basis = ArrayField(models.CharField(max_length=400), verbose_name=_("căn cứ pháp lý"), default=list)
    interlinked = models.BooleanField(_("liên thông"), default=False)
    # Written by `versions.content.fill_search_columns`, because the database carries no accent-stripping extension.
    name_folded = models.TextField(editable=False, default="")
    rest_folded = models.TextField(editable=False, default="")
    sort_key = models.CharField(max_length=900, editable=False, default="", db_collation="C")
    search = models.GeneratedField(
        expression=SearchVector("name_folded", weight="A", config="simple")
        + SearchVector("rest_folded", weight="C", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiên bản thủ tục")
        verbose_name_plural = _("phiên bản thủ tục")
        indexes = [
            GinIndex(fields=["search"], name="version_search"),
            models.Index(fields=["sort_key"], name="version_by_name"),
        ]
        constraints = [
            ExclusionConstraint(
                name="version_never_overlaps",
                expressions=[
                    (same("procedure"), RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(term_amount=None, term_unit="") | (Q(term_amount__isnull=False) & ~Q(term_unit="")),
                name="version_term_has_its_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.procedure.get_absolute_url()

    @property
    def term(self) -> Term | None:
        """The statutory term, or None where the law states it per case in words (`term_note`)."""
        return make_term(self.term_amount, self.term_unit, self.cut_off)

    @property
    def term_words(self) -> str:
        """The statutory term in words, or what the law says instead."""
        return term_in_words(self.term) if self.term else self.term_note or gettext("theo từng trường hợp")

    @property
    def term_note_beside(self) -> str:
        """The note without the term at its start, to be printed beside `term_words`."""
        with override("vi"):
            return self.term_note.removeprefix(f"{self.term_words}; ")

    @property
    def audience_words(self) -> str:
        return ", ".join(str(AUDIENCES.get(audience, audience)) for audience in self.audience)


class OfferingQuerySet(models.QuerySet["Offering"]):
    def in_force(self, on: date) -> OfferingQuerySet:
        return self.filter(valid__contains=on)

    def with_places(self) -> OfferingQuerySet:
        """With the office and its kind, in the order of the unit tree."""
        return self.select_related("unit__kind").order_by("unit__order", "unit__name")

    def for_api(self, on: date) -> OfferingQuerySet:
        """The offerings of that day with everything the API prints, in two queries, by procedure and office: `desks`
        as by `UnitQuerySet.desks_of`, the version in force as `procedure.current[0]`."""
        current = ProcedureVersion.objects.in_force(on).with_ways().defer("search")
        return (
            self.in_force(on)
            .filter(procedure__versions__valid__contains=on)  # one at most, so no row is repeated
            .select_related("procedure__level", "procedure__field", "unit", "handler")
            .prefetch_related(models.Prefetch("procedure__versions", current, to_attr="current"))
            .annotate(desks=Unit.objects.desks_of("unit", on))
            .order_by("procedure__ref", "unit__order", "unit__name", "pk")
        )


class Offering(models.Model):
    """A procedure taken in at an office, handled by a unit, perhaps with a shorter promise than the law's.

    A committed term longer than the statutory one of any version it overlaps is refused by a database trigger.
    """

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="offerings", verbose_name=_("thủ tục")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="offerings", verbose_name=_("cơ quan tiếp nhận")
    )
    handler = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị giải quyết"))
    valid = DateRangeField(_("hiệu lực"))
    committed_amount = models.PositiveSmallIntegerField(_("thời hạn cam kết"), null=True, blank=True)
    committed_unit = models.CharField(
        _("đơn vị thời hạn cam kết"), max_length=20, blank=True, choices=list(TERM_UNITS.items())
    )
    cut_off = models.TimeField(_("giờ chốt trong ngày"), null=True, blank=True)

    objects = OfferingQuerySet.as_manager()

    class Meta:
        verbose_name = _("nơi thực hiện")
        verbose_name_plural = _("nơi thực hiện")
        indexes = [models.Index(fields=["unit", "procedure"], name="offering_by_unit")]
        constraints = [
            ExclusionConstraint(
                name="offering_never_overlaps",
                expressions=[
                    (same("procedure"), RangeOperators.OVERLAPS),
                    (same("unit"), RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(committed_amount=None, committed_unit="")
                | (Q(committed_amount__isnull=False) & ~Q(committed_unit="")),
                name="offering_committed_has_its_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} · {self.unit}"

    @property
    def committed_words(self) -> str:
        """The office's shorter term in words, or empty."""
        committed = make_term(self.committed_amount, self.committed_unit, None)
        return term_in_words(committed) if committed else ""

    def statutory_term(self, version: ProcedureVersion) -> Term | None:
        """The statutory term of `version`, with this office's cut-off hour where it has one."""
        return make_term(version.term_amount, version.term_unit, self.cut_off or version.cut_off)

    def promised_term(self, version: ProcedureVersion) -> Term | None:
        """The term on the slip: the committed one where there is one, else the statutory one."""
        committed = make_term(self.committed_amount, self.committed_unit, self.cut_off or version.cut_off)
        return committed or self.statutory_term(version)
