"""Cases that a change of the calendar moves, beside the dossiers of the same change. See `CalendarRun`."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from complaints.clock.recalculation import Dated
from complaints.models.cases import Case
from dossiers.models import CalendarRun


class CaseRun(models.Model):
    """Progress of a run over the open cases; draft, phase and edition are the run's.

    Sealed cases are recalculated too, but not counted: `looked_at`, `moved` and `moves_kept` are of plain ones, and so
    are the rows of `CaseMove`.
    """

    run = models.OneToOneField(CalendarRun, on_delete=models.CASCADE, primary_key=True, related_name="cases")
    finished_at = models.DateTimeField(_("xong lúc"), null=True)
    last_pk = models.BigIntegerField(default=0)
    busy = ArrayField(models.BigIntegerField(), default=list)
    looked_at = models.PositiveIntegerField(_("số vụ việc đã xét"), default=0)
    moved = models.PositiveIntegerField(_("số vụ việc đổi hạn"), default=0)
    moves_kept = models.PositiveIntegerField(_("số hạn đã đổi"), default=0)

    class Meta:
        verbose_name = _("lượt tính lại hạn vụ việc")
        verbose_name_plural = _("lượt tính lại hạn vụ việc")

    def __str__(self) -> str:
        return str(self.run_id)


class CaseMove(models.Model):
    """One date of one plain open case that a run moves, or would move. A trigger refuses one of a sealed case."""

    class What(models.TextChoices):
        CHECK = Dated.CHECK.value, _("Hạn thụ lý")
        SETTLE = Dated.SETTLE.value, _("Hạn giải quyết")
        ANSWER = Dated.ANSWER.value, _("Hạn gửi quyết định")

    run = models.ForeignKey(CaseRun, on_delete=models.CASCADE, related_name="moves", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="calendar_moves")
    what = models.CharField(_("hạn"), max_length=6, choices=What.choices)
    old_due = models.DateTimeField(_("ngày cũ"))
    new_due = models.DateTimeField(_("ngày mới"))

    class Meta:
        verbose_name = _("hạn đổi theo lịch")
        verbose_name_plural = _("hạn đổi theo lịch")
        ordering = ["case_id", "what"]
        constraints = [
            models.UniqueConstraint(fields=["run", "case", "what"], name="case_move_once"),
            models.CheckConstraint(condition=~models.Q(old_due=F("new_due")), name="case_move_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.what} {self.old_due.isoformat()} → {self.new_due.isoformat()}"
