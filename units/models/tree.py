"""The tree of offices, their identifiers over time, and who continues whose work."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Concat, JSONObject, Length, Substr
from django.utils.translation import gettext_lazy as _

from units.database.constraints import ends_after_start, same, same_text, validity


class UnitKind(models.Model):
    """What sort of place a unit is. `name` is the public word for it."""

    CITY, DISTRICT, DEPARTMENT, WARD, DESK, AGENCY = "city", "district", "department", "ward", "desk", "agency"

    code = models.SlugField(_("mã"), max_length=20, unique=True)
    name = models.CharField(_("tên gọi"), max_length=60)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=60)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("loại đơn vị")
        verbose_name_plural = _("loại đơn vị")

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    def of_kind(self, code: str) -> Self:
        return self.filter(kind__code=code)

    def desks(self) -> Self:
        """The places where citizens hand in dossiers and collect results."""
        return self.of_kind(UnitKind.DESK)

    def under(self, *units: Unit) -> Self:
        """The given units and everything below them; nothing when none is given."""
        if not units:
            return self.none()
        return self.filter(reduce(or_, (Q(path__startswith=unit.path) for unit in units)))

    def in_force(self, on: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)

    def desks_of(self, office: str, on: date) -> ArraySubquery:
        """The desks in force of the unit that the column `office` of a row names, as a list of dicts (slug, name,
        address, telephone), for rows of any table."""
        desks = self.desks().in_force(on).filter(parent=OuterRef(office)).order_by("order", "name")
        parts = ("slug", "name", "address", "telephone")
        return ArraySubquery(desks.values(part=JSONObject(**{name: name for name in parts})))

    def with_public_details(self, on: date) -> Self:
        """What exists on that day with all that is public of it, in one query, in the order of the tree: `codes`
        is a list of dicts (scheme, value), `desks` as above. Persons are no part of it."""
        codes = UnitIdentifier.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
        of_unit = codes.filter(unit=OuterRef("pk")).order_by("scheme")
        return (
            self.in_force(on)
            .select_related("kind", "parent")
            .annotate(
                codes=ArraySubquery(of_unit.values(part=JSONObject(scheme="scheme", value="value"))),
                desks=Unit.objects.desks_of("pk", on),
            )
            .order_by("order", "name", "pk")
        )

    def tenant(self) -> Unit | None:
        """The root office of this installation."""
        return self.select_related("kind").filter(is_tenant=True).first()


RECEPTION: Final = "ban-tiep-cong-dan"
"""The slug that the board of citizen reception has in a tree of units (Law on Citizen Reception 2013, article 10)."""


class Unit(models.Model):
    """An office, a department, a one-stop desk or an outside agency, with the days between which it exists."""

    kind = models.ForeignKey(UnitKind, models.PROTECT, related_name="units", verbose_name=_("loại"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("trực thuộc")
    )
    name = models.CharField(_("tên đầy đủ"), max_length=160)
    short_name = models.CharField(_("tên ngắn"), max_length=80)
    slug = models.SlugField(_("định danh trên địa chỉ web"), max_length=80, unique=True)
    path = models.CharField(_("đường dẫn trong cây"), max_length=200, editable=False, default="")
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    address = models.CharField(_("địa chỉ"), max_length=200, blank=True)
    telephone = models.CharField(_("điện thoại"), max_length=40, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    hours_text = models.CharField(_("giờ làm việc"), max_length=160, blank=True)
    position_lat = models.DecimalField(_("vĩ độ"), max_digits=9, decimal_places=6, null=True, blank=True)
    position_lon = models.DecimalField(_("kinh độ"), max_digits=9, decimal_places=6, null=True, blank=True)
    valid_from = models.DateField(_("hoạt động từ ngày"))
    valid_to = models.DateField(_("hoạt động đến hết ngày"), null=True, blank=True)
    is_tenant = models.BooleanField(_("cơ quan chủ quản của hệ thống"), default=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        indexes = [models.Index(fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"])]
        constraints = [
            models.UniqueConstraint(
                fields=["is_tenant"],
                condition=Q(is_tenant=True),
                name="unit_one_tenant",
                violation_error_message=_("Chỉ một đơn vị được là cơ quan chủ quản của hệ thống."),
            ),
            models.CheckConstraint(
                name="unit_position_whole",
                condition=Q(position_lat=None, position_lon=None)
                | Q(position_lat__isnull=False, position_lon__isnull=False)
                & Q(position_lat__range=(-90, 90), position_lon__range=(-180, 180)),
                violation_error_message=_("Vị trí phải có cả vĩ độ và kinh độ."),
            ),
            models.CheckConstraint(
                name="unit_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("id")),
                violation_error_message=_("Một đơn vị không thể trực thuộc chính nó."),
            ),
            ends_after_start("unit_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the materialised path of this unit and of all below it true."""
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            self._move(self.path, path)

    def clean(self) -> None:
        if self.pk and self.parent and self.path and self.parent.path.startswith(self.path):
            raise ValidationError({"parent": _("Một đơn vị không thể trực thuộc chính nó hay đơn vị bên dưới nó.")})

    def _move(self, old: str, new: str) -> None:
        if old and new.startswith(old):
            raise ValueError("a unit cannot be placed below itself")
        self.path = new
        Unit.objects.filter(pk=self.pk).update(path=new)
        if old:
            rest = Substr("path", len(old) + 1, Length("path"))
            Unit.objects.filter(path__startswith=old).update(path=Concat(Value(new), rest))

    @property
    def desk(self) -> Unit | None:
        """The one-stop desk of this office; for a desk, itself."""
        if self.is_desk:
            return self
        return Unit.objects.desks().filter(parent=self).first()

    @property
    def office(self) -> Unit:
        """The office that a desk belongs to; for any other unit, itself."""
        return self.parent if self.is_desk and self.parent else self

    @property
    def is_desk(self) -> bool:
        return self.kind.code == UnitKind.DESK

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class UnitIdentifier(models.Model):
    """An official number of a unit. Numbers are reused for other units over time, so none is a key without a date."""

    GSO, AGENCY = "gso", "agency"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="identifiers", verbose_name=_("đơn vị"))
    scheme = models.SlugField(_("hệ mã"), max_length=20)
    value = models.CharField(_("mã"), max_length=60)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    class Meta:
        ordering = ["scheme", "value", "valid_from"]
        verbose_name = _("mã định danh")
        verbose_name_plural = _("mã định danh")
        constraints = [
            ends_after_start("identifier_ends_after_start"),
            ExclusionConstraint(
                name="identifier_one_unit_at_a_time",
                expressions=[
                    (same_text("scheme"), RangeOperators.OVERLAPS),
                    (same_text("value"), RangeOperators.OVERLAPS),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Mã này đã thuộc về một đơn vị khác trong thời gian đó."),
            ),
            ExclusionConstraint(
                name="identifier_one_value_at_a_time",
                expressions=[
                    (same("unit"), RangeOperators.OVERLAPS),
                    (same_text("scheme"), RangeOperators.OVERLAPS),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Đơn vị đã có một mã khác cùng hệ trong thời gian đó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class UnitSuccessor(models.Model):
    """Who continues the work of a unit that was merged or divided, from the day `on`.

    `takes_over`: what was still open goes to this one, of a divided unit to one part.
    """

    class Share(models.TextChoices):
        WHOLE = "whole", _("Toàn bộ")
        PART = "part", _("Một phần")

    old = models.ForeignKey(Unit, models.PROTECT, related_name="successions", verbose_name=_("đơn vị cũ"))
    new = models.ForeignKey(Unit, models.PROTECT, related_name="predecessions", verbose_name=_("đơn vị kế tục"))
    share = models.CharField(_("phần kế tục"), max_length=5, choices=Share, default=Share.WHOLE)
    takes_over = models.BooleanField(_("nhận việc đang giải quyết"), default=True)
    on = models.DateField(_("từ ngày"))
    source = models.CharField(_("văn bản"), max_length=200, blank=True)

    class Meta:
        ordering = ["on", "old"]
        verbose_name = _("kế tục đơn vị")
        verbose_name_plural = _("kế tục đơn vị")
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="successor_once"),
            models.CheckConstraint(name="successor_is_another", condition=~Q(old=F("new"))),
            models.UniqueConstraint(fields=["old"], condition=Q(share="whole"), name="successor_whole_once"),
            models.UniqueConstraint(fields=["old"], condition=Q(takes_over=True), name="successor_takes_over_once"),
            models.CheckConstraint(name="successor_of_all_takes_over", condition=Q(share="part") | Q(takes_over=True)),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class UnitMove(models.Model):
    """A unit that was placed under another one on the day `on`; the tree of an earlier day is read back from these."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="moves", verbose_name=_("đơn vị"))
    old_parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("trực thuộc cũ"))
    new_parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("trực thuộc mới"))
    on = models.DateField(_("từ ngày"))
    source = models.CharField(_("văn bản"), max_length=200)

    class Meta:
        ordering = ["on", "id"]
        verbose_name = _("chuyển đơn vị trực thuộc")
        verbose_name_plural = _("chuyển đơn vị trực thuộc")
        constraints = [models.UniqueConstraint(fields=["unit", "on"], name="unit_move_once_a_day")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.old_parent} → {self.new_parent}"
