"""The legs of a dossier: which office has it, had it and will get it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dossiers.clock.overdue import behind_schedule
from dossiers.models.dossier import Dossier
from dossiers.models.labels import LONG_TEXTS
from dossiers.models.slips import Slip
from procedures.models import ProcessStep
from units.models import Unit


class LegQuerySet(models.QuerySet["DossierLeg"]):
    def in_hand(self) -> LegQuerySet:
        """Taken over and not finished."""
        return self.filter(accepted_at__isnull=False, finished_at=None, skipped=False)

    def on_the_way(self) -> LegQuerySet:
        """Handed over and not accepted yet."""
        return self.filter(handed_over_at__isnull=False, accepted_at=None, skipped=False)

    def with_sender(self) -> LegQuerySet:
        """Annotates `sender_id`, the unit that handed the dossier over, and `sender_assignee_id`, its officer; None
        for the first leg."""
        before = DossierLeg.objects.filter(dossier=OuterRef("dossier"), group__lt=OuterRef("group")).done()
        last = before.order_by("-finished_at", "-position")
        return self.annotate(
            sender_id=Subquery(last.values("unit_id")[:1]),
            sender_assignee_id=Subquery(last.values("assignee_id")[:1]),
        )

    def sent_with(self, paper: Slip) -> LegQuerySet:
        """Legs that were on their way when this hand-over list was issued; a leg sent again later has another list."""
        was_on_its_way = Q(accepted_at=None) | Q(accepted_at__gte=paper.issued_at)
        codes = [row["code"] for row in paper.data["rows"]]
        return self.filter(was_on_its_way, handed_over_at__lte=paper.issued_at, dossier__code__in=codes)

    def with_next(self) -> LegQuerySet:
        """Legs that another leg follows, annotated with `next_id`, the next unit. A last leg ends with the result."""
        later = DossierLeg.objects.filter(dossier=OuterRef("dossier"), group__gt=OuterRef("group"), skipped=False)
        following = later.filter(finished_at=None).order_by("group", "position").values("unit_id")[:1]
        return self.annotate(next_id=Subquery(following)).filter(next_id__isnull=False)

    def done(self) -> LegQuerySet:
        """Finished as planned; the offices' rates count these."""
        return self.filter(finished_at__isnull=False, skipped=False)

    def behind_schedule(self, at: datetime) -> LegQuerySet:
        """In hand, the dossier's clock runs, and the time of the step is past; defined in `dossiers.clock.overdue`."""
        return self.filter(behind_schedule(at))

    def for_list(self) -> LegQuerySet:
        """Joins everything a list row prints of the leg and of its dossier."""
        rows = self.select_related("dossier__version", "step", "unit")
        unused = ("derivation", "note", *(f"version__{name}" for name in LONG_TEXTS))
        return rows.defer(*(f"dossier__{name}" for name in unused))


class DossierLeg(models.Model):
    """One office's part of a dossier, computed from its events; the same fields as `clock.legs.Leg`."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="legs")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    step = models.ForeignKey(
        ProcessStep, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bước")
    )
    group = models.PositiveSmallIntegerField(_("đợt"), default=0)
    hours = models.PositiveSmallIntegerField(_("giờ làm việc được giao"))
    due_at = models.DateTimeField(_("hạn"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("giao lúc"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("nhận lúc"), null=True, blank=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    skipped = models.BooleanField(_("không qua"), default=False)
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người xử lý")
    )

    objects = LegQuerySet.as_manager()

    class Meta:
        verbose_name = _("chặng xử lý")
        verbose_name_plural = _("chặng xử lý")
        ordering = ["position"]
        indexes = [
            models.Index(
                fields=["unit", "due_at"],
                name="leg_in_hand_by_unit",
                condition=Q(accepted_at__isnull=False, finished_at=None, skipped=False),
            ),
            models.Index(
                fields=["unit", "handed_over_at"],
                name="leg_on_its_way_by_unit",
                condition=Q(handed_over_at__isnull=False, accepted_at=None, skipped=False),
            ),
            # Roll-up of one unit's day.
            models.Index(
                fields=["unit", "finished_at"],
                name="leg_done_by_unit",
                condition=Q(finished_at__isnull=False, skipped=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "position"], name="leg_position_once"),
            models.CheckConstraint(
                name="leg_in_order",
                condition=(Q(accepted_at=None) | Q(handed_over_at__lte=F("accepted_at")))
                & (Q(finished_at=None) | Q(accepted_at__lte=F("finished_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.position} {self.unit_id}"

    @property
    def in_hand(self) -> bool:
        return self.accepted_at is not None and self.finished_at is None and not self.skipped

    @property
    def on_its_way(self) -> bool:
        return self.handed_over_at is not None and self.accepted_at is None and not self.skipped

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None or self.skipped
