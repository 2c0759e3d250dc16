"""Append-only tables (events, readings) and the two tables that mark days for recounting."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from dossiers.clock.states import EventKind
from dossiers.models.dossier import Dossier
from units.models import Unit


class EventQuerySet(models.QuerySet["DossierEvent"]):
    def in_order(self) -> EventQuerySet:
        return self.order_by("dossier_id", "number")


class DossierEvent(models.Model):
    """One operation on a dossier. Triggers refuse UPDATE, DELETE and TRUNCATE.

    `data` holds what the replay needs (see `clock.replay.EventRecord`), never a person's particulars.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField(_("số"))
    kind = models.CharField(_("việc"), max_length=20)  # an EventKind; without `choices` a new one needs no migration
    from_status = models.PositiveSmallIntegerField(null=True, blank=True)
    to_status = models.PositiveSmallIntegerField()
    at = models.DateTimeField(_("lúc"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("lý do"), blank=True)
    data = models.JSONField(default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc đã làm")
        verbose_name_plural = _("nhật ký xử lý")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="event_number_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}#{self.number} {self.kind}"

    def get_kind_display(self) -> str:
        """The kind's name in the log, in the active language."""
        return str(EventKind(self.kind).label)


class DossierReading(models.Model):
    """Who opened which dossier, when, in which office and role, and on which page; append-only.

    `page` names the page or the operation; `tracking/openings/purposes.py` has its sentence for citizens. `unit` and
    `role` are those of the membership that opened the dossier; rows from before 2026-12 lack them. `ground` is empty
    where a list or a search showed the dossier. The hashes (`accounts/staff/origin.py`) say from which session and
    address it was opened.
    """

    class Ground(models.TextChoices):
        """Why this person could have reason to open the dossier."""

        TASK = "task", _("Có việc ở hồ sơ")
        OVERSIGHT = "oversight", _("Lãnh đạo kiểm tra")
        NONE = "none", _("Không có việc ở hồ sơ")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    page = models.CharField(max_length=40)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("đơn vị")
    )
    role = models.CharField(_("vai trò"), max_length=20, blank=True, default="", db_default="")  # a Membership.Role
    ground = models.CharField(_("căn cứ mở"), max_length=10, choices=Ground.choices, blank=True, db_default="")
    session_hash = models.BinaryField(max_length=16, null=True, editable=False)
    address_hash = models.BinaryField(max_length=16, null=True, editable=False)

    class Meta:
        verbose_name = _("lượt xem hồ sơ")
        verbose_name_plural = _("lượt xem hồ sơ")
        indexes = [
            models.Index(fields=["dossier", "-at"], name="reading_by_dossier"),
            models.Index(fields=["unit", "at"], name="reading_by_unit"),
            BrinIndex(fields=["at"], name="reading_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(role="", unit=None) | (Q(unit__isnull=False) & ~Q(role="")),
                name="reading_has_office_and_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.dossier} · {self.page}"

    def get_role_display(self) -> str:
        """The role's name in the active language; without `choices` a new role needs no migration here."""
        return str(Membership.Role(self.role).label) if self.role else ""


class ReadingReason(models.Model):
    """Why a person without a task on a dossier opens it on this day; asked once. Append-only."""

    class Kind(models.TextChoices):
        APPLICANT = "applicant", _("Người nộp hỏi, tại quầy hoặc qua điện thoại")
        COMPLAINT = "complaint", _("Trả lời phản ánh, khiếu nại")
        COLLEAGUE = "colleague", _("Làm giúp hoặc làm thay đồng nghiệp")
        COMPARISON = "comparison", _("Đối chiếu với hồ sơ khác")
        OTHER = "other", _("Việc khác, xin ghi bên dưới")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="reading_reasons")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("ngày"))
    at = models.DateTimeField(_("lúc"))
    kind = models.CharField(_("lý do"), max_length=12, choices=Kind.choices)
    words = models.CharField(_("ghi thêm"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("lý do mở hồ sơ")
        verbose_name_plural = _("lý do mở hồ sơ")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "user", "day"], name="reading_reason_once_a_day"),
            models.CheckConstraint(condition=~Q(kind="other") | ~Q(words=""), name="reading_reason_has_its_words"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.dossier} · {self.day}"


class StaleDay(models.Model):
    """Marks (unit, local day) for recounting; written in the transaction of the change.

    No unique key: marking never waits for another clerk's transaction, and a mark made during a recount is a row of
    its own that the next recount finds.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        verbose_name = _("ngày cần đếm lại")
        verbose_name_plural = _("ngày cần đếm lại")

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class StaleOpen(models.Model):
    """Marks every local day from `since` on: its number of open dossiers must be recounted.

    Only importing an old register writes it: imported dossiers were open on days counted long ago.
    """

    since = models.DateField()

    class Meta:
        verbose_name = _("số đang mở cần đếm lại")
        verbose_name_plural = _("số đang mở cần đếm lại")

    def __str__(self) -> str:
        return f"{self.since}"
