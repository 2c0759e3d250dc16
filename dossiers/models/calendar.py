"""Calendar changes applied to open dossiers: the progress of each run and the dates it moves."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from dossiers.clock.recalculation import Dated
from dossiers.models.dossier import Dossier
from units.models import CalendarDraft


class CalendarRunQuerySet(models.QuerySet["CalendarRun"]):
    def unfinished(self) -> Self:
        """The runs with work left, the most urgent first."""
        return self.filter(finished_at=None).by_urgency()

    def by_urgency(self) -> Self:
        """Published and undone changes before previews; within each, the oldest first."""
        asked = Case(When(phase=CalendarRun.Phase.PREVIEW, then=1), default=0)
        return self.order_by(asked, "pk")


class CalendarRun(models.Model):
    """One run over the open dossiers for one draft, in the order of their keys.

    `last_pk` is the last dossier examined, `busy` are dossiers skipped because somebody had locked them; both are
    saved in the transaction that writes the batch, so an interrupted run resumes where it stopped. `edition` is the
    calendar that dates are moved to: null for a preview, which moves none. `is_stale`: the draft changed after the
    preview."""

    class Phase(models.TextChoices):
        PREVIEW = "preview", _("Tính thử")
        APPLY = "apply", _("Đổi ngày hẹn")
        UNDO = "undo", _("Hoàn lại ngày hẹn")

    draft = models.ForeignKey(CalendarDraft, on_delete=models.PROTECT, related_name="runs")
    phase = models.CharField(_("việc"), max_length=7, choices=Phase.choices)
    edition = models.BigIntegerField(_("phiên bản lịch"), null=True)
    created_at = models.DateTimeField(_("bắt đầu"))
    finished_at = models.DateTimeField(_("xong lúc"), null=True)
    last_pk = models.BigIntegerField(default=0)
    busy = ArrayField(models.BigIntegerField(), default=list)
    is_stale = models.BooleanField(_("đã cũ"), default=False)
    looked_at = models.PositiveIntegerField(_("số hồ sơ đã xét"), default=0)
    moved = models.PositiveIntegerField(_("số hồ sơ đổi hẹn"), default=0)
    moves_kept = models.PositiveIntegerField(_("số ngày đã đổi"), default=0)

    objects = CalendarRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("lượt tính lại hẹn")
        verbose_name_plural = _("lượt tính lại hẹn")
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], name="calendar_run_unfinished", condition=Q(finished_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "phase"], condition=~Q(phase="preview"), name="calendar_run_decided_once"
            ),
            models.CheckConstraint(
                condition=Q(phase="preview", edition=None) | (~Q(phase="preview") & Q(edition__isnull=False)),
                name="calendar_run_moves_to_an_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()} · {self.draft_id}"


class CalendarMove(models.Model):
    """One date that a run moves, or in a preview would move: of an open dossier or of one of its legs.

    `event` is the number of the event that moved it, null in a preview.
    """

    class What(models.TextChoices):
        DUE = Dated.DUE.value, _("Hẹn trả")
        LAW = Dated.LAW.value, _("Hạn theo quy định")
        AGAIN = Dated.AGAIN.value, _("Hẹn lại")
        LEG = Dated.LEG.value, _("Hạn của chặng")

    run = models.ForeignKey(CalendarRun, on_delete=models.CASCADE, related_name="moves", db_index=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="calendar_moves")
    what = models.CharField(_("ngày"), max_length=5, choices=What.choices)
    position = models.PositiveSmallIntegerField(_("chặng"), null=True)
    old_due = models.DateTimeField(_("ngày cũ"))
    new_due = models.DateTimeField(_("ngày mới"))
    event = models.PositiveSmallIntegerField(_("số sự kiện"), null=True)

    class Meta:
        verbose_name = _("ngày hẹn đổi theo lịch")
        verbose_name_plural = _("ngày hẹn đổi theo lịch")
        ordering = ["dossier_id", "what", "position"]
        indexes = [models.Index(fields=["run", "dossier", "what", "position"], name="calendar_move_by_run")]
        constraints = [
            models.CheckConstraint(
                condition=Q(what="leg", position__isnull=False) | (~Q(what="leg") & Q(position=None)),
                name="calendar_move_of_a_leg_names_it",
            ),
            models.CheckConstraint(condition=~Q(old_due=F("new_due")), name="calendar_move_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.what} {self.old_due.isoformat()} → {self.new_due.isoformat()}"
