"""The approved internal process of a procedure: who does what, in which order, within how many working hours.

ISO 9001 asks for the owner, the time and the record of each step, and for the number, the decision, the approver and
the day of the whole. An approved process is never edited: a change is a new edition.
"""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from units.models import Unit, UnitKind


class ProcessQuerySet(models.QuerySet["Process"]):
    def approved(self) -> ProcessQuerySet:
        return self.filter(approved_on__isnull=False)

    def in_use(self) -> ProcessQuerySet:
        """Of each version the last approved edition, which new dossiers follow."""
        later = Process.objects.filter(version=OuterRef("version"), edition__gt=OuterRef("edition")).approved()
        return self.approved().filter(~Exists(later))


class Process(models.Model):
    """One edition of the internal process of a version; a draft until it is approved."""

    version = models.ForeignKey(
        "procedures.ProcedureVersion",
        on_delete=models.CASCADE,
        related_name="processes",
        verbose_name=_("phiên bản thủ tục"),
    )
    edition = models.PositiveSmallIntegerField(_("lần ban hành"), default=1, validators=[MinValueValidator(1)])
    number = models.CharField(_("mã quy trình"), max_length=60, blank=True)
    decision = models.CharField(_("quyết định phê duyệt"), max_length=200, blank=True)
    approver = models.CharField(_("người phê duyệt"), max_length=200, blank=True)
    approved_on = models.DateField(_("ngày phê duyệt"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("người ghi phê duyệt"),
    )

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("quy trình nội bộ")
        verbose_name_plural = _("quy trình nội bộ")
        ordering = ["version", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["version", "edition"], name="process_edition_once"),
            models.CheckConstraint(
                name="process_approval_is_whole",
                condition=Q(approved_on=None) | (~Q(number="") & ~Q(decision="") & ~Q(approver="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.version)

    @property
    def is_approved(self) -> bool:
        return self.approved_on is not None


class StepQuerySet(models.QuerySet["ProcessStep"]):
    def in_use(self) -> StepQuerySet:
        """The steps of the processes that new dossiers follow."""
        return self.filter(process__in=Process.objects.in_use())

    def of_version(self, version_id: int) -> StepQuerySet:
        """The steps that a new dossier of this version follows, in order, each with its unit."""
        used = Process.objects.filter(version=version_id).approved().order_by("-edition").values("pk")[:1]
        return self.filter(process__in=used).select_related("unit").order_by("position")


class ProcessStep(models.Model):
    """One step: who does it, and within how many working hours.

    Consecutive steps with the same `group` above 0 run in parallel. The steps of a process never take longer than the
    statutory term of its version, parallel ones counted once: a deferred database trigger refuses it.
    """

    class Place(models.TextChoices):
        DESK = "desk", _("Bộ phận một cửa")
        HANDLER = "handler", _("Đơn vị giải quyết")
        LEADER = "leader", _("Lãnh đạo cơ quan")
        PARTNER = "partner", _("Cơ quan khác")

    process = models.ForeignKey(
        Process, on_delete=models.CASCADE, related_name="steps", verbose_name=_("quy trình nội bộ")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    name = models.CharField(_("việc"), max_length=200)
    place = models.CharField(_("nơi làm"), max_length=10, choices=Place.choices)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    kind = models.ForeignKey(
        UnitKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("loại đơn vị")
    )
    hours = models.PositiveSmallIntegerField(_("giờ làm việc"))
    group = models.PositiveSmallIntegerField(_("đợt song song"), default=0)
    owner = models.CharField(_("người thực hiện"), max_length=200, blank=True)
    record = models.CharField(_("hồ sơ lưu"), max_length=200, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("bước nội bộ")
        verbose_name_plural = _("bước nội bộ")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["process", "position"], name="process_position_once"),
            models.CheckConstraint(
                name="process_partner_has_its_unit",
                condition=Q(place="partner", unit__isnull=False) | (~Q(place="partner") & Q(unit=None)),
                violation_error_message=_("Bước ở cơ quan khác cần ghi đơn vị; bước khác thì không."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
