"""Paper: suggestion boxes, their openings by two people, and the letters found in them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models.cases import Case
from units.models import Unit


class SuggestionBox(models.Model):
    """A box on a wall of an office."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    place = models.CharField(_("nơi đặt"), max_length=200)
    is_active = models.BooleanField(_("đang dùng"), default=True)

    class Meta:
        verbose_name = _("hòm thư góp ý")
        verbose_name_plural = _("hòm thư góp ý")
        ordering = ["unit__order", "unit__name", "place"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "place"], name="box_once"),
            models.CheckConstraint(name="box_is_somewhere", condition=~Q(place="")),
        ]

    def __str__(self) -> str:
        return f"{self.unit.name} · {self.place}"


class BoxOpening(models.Model):
    """A box was opened on a local day, by two people together.

    `letters`: how many were found. Those registered are not counted: the difference would reveal sealed cases.
    """

    box = models.ForeignKey(
        SuggestionBox, on_delete=models.PROTECT, related_name="openings", verbose_name=_("hòm thư")
    )
    opened_on = models.DateField(_("ngày mở"))
    first_opener = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("người mở thứ nhất")
    )
    second_opener = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("người mở thứ hai")
    )
    letters = models.PositiveSmallIntegerField(_("số thư"))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("lần mở hòm thư")
        verbose_name_plural = _("lần mở hòm thư")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="box_opened_by_two", condition=~Q(first_opener=F("second_opener"))),
            models.UniqueConstraint(fields=["box", "opened_on"], name="box_opened_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.box} · {self.opened_on:%d/%m/%Y}"


class Letter(models.Model):
    """The opening that a case on paper came out of. Never of a sealed case: box and day could identify its writer."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="letter")
    opening = models.ForeignKey(BoxOpening, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("thư trong hòm")
        verbose_name_plural = _("thư trong hòm")

    def __str__(self) -> str:
        return f"{self.case_id} · {self.opening_id}"
