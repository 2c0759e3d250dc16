"""Running numbers, and how the codes of dossiers are made of them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from units.codes import TEMPLATE, authority_of, is_template
from units.database.constraints import ends_after_start, same, same_text, validity
from units.models.tree import Unit


class DayCounter(models.Model):
    """The last ordinal given out by a unit on a day; see `units.numbering.dossier_codes`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    day = models.DateField(_("ngày"))
    last = models.PositiveIntegerField(_("số cuối"))

    class Meta:
        verbose_name = _("số thứ tự trong ngày")
        verbose_name_plural = _("số thứ tự trong ngày")
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="day_counter_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day.isoformat()}: {self.last}"


class CodeTemplateQuerySet(models.QuerySet["CodeTemplate"]):
    def in_force(self, on: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)

    def authorities(self) -> list[str]:
        """How the codes of every authority begin, of past ones too, to read codes by that somebody typed."""
        known = self.order_by().values_list("template", "prefix").distinct()
        return [authority_of(template, prefix) for template, prefix in known]


def check_template(template: str) -> None:
    if not is_template(template):
        raise ValidationError(_("Mẫu phải theo dạng %(example)s."), params={"example": TEMPLATE})


class CodeTemplate(models.Model):
    """How the codes of dossiers received by a unit are made; see `units.codes`."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="code_templates", verbose_name=_("đơn vị"))
    prefix = models.CharField(_("mã cơ quan"), max_length=35)
    template = models.CharField(_("mẫu"), max_length=60, default=TEMPLATE, validators=[check_template])
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    objects = CodeTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["unit_id", "valid_from"]
        verbose_name = _("mẫu mã hồ sơ")
        verbose_name_plural = _("mẫu mã hồ sơ")
        constraints = [
            ends_after_start("code_template_ends_after_start"),
            models.CheckConstraint(
                name="code_template_prefix_shape",
                condition=Q(prefix__regex=r"^[0-9A-Z]+(\.[0-9A-Z]+)*$"),
                violation_error_message=_("Mã cơ quan gồm chữ in hoa và số, các nhóm cách nhau bằng dấu chấm."),
            ),
            ExclusionConstraint(
                name="code_template_one_at_a_time",
                expressions=[(same("unit"), RangeOperators.OVERLAPS), (validity(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Đơn vị đã có một mẫu mã khác trong thời gian đó."),
            ),
            ExclusionConstraint(
                name="code_template_prefix_one_unit",
                expressions=[(same_text("prefix"), RangeOperators.OVERLAPS), (validity(), RangeOperators.OVERLAPS)],
                violation_error_message=_("Mã cơ quan này đang được một đơn vị khác dùng."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.prefix}"
