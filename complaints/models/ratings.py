"""Whether reporters find their problem settled. A rating does not lead back to case or person: that a case was rated
and the score are two tables without a key between them, and a rating has no time finer than its month.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.clock.states import SEALED_KINDS
from complaints.models.cases import Case
from complaints.models.labels import KIND_LABELS
from units.models import Unit


class CaseRating(models.Model):
    """One answer to "was your problem settled?". `month` is the first day of the local month."""

    class Score(models.IntegerChoices):
        NOT_AT_ALL = 1, pgettext_lazy("settled", "Chưa hề")
        HARDLY = 2, pgettext_lazy("settled", "Còn nhiều")
        PARTLY = 3, pgettext_lazy("settled", "Một phần")
        NEARLY = 4, pgettext_lazy("settled", "Gần xong")
        ENTIRELY = 5, pgettext_lazy("settled", "Đã xong")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    month = models.DateField(_("tháng"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị giải quyết"))
    kind = models.CharField(
        _("loại"), max_length=20, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    score = models.PositiveSmallIntegerField(_("mức giải quyết"), choices=Score.choices)

    class Meta:
        verbose_name = _("đánh giá vụ việc")
        verbose_name_plural = _("đánh giá vụ việc")
        indexes = [models.Index(fields=["month", "unit"], include=["kind", "score"], name="case_rating_by_month")]
        constraints = [
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="case_rating_one_of_five_faces"),
            models.CheckConstraint(condition=Q(month__day=1), name="case_rating_knows_no_day"),
            models.CheckConstraint(condition=~Q(kind__in=sorted(SEALED_KINDS)), name="case_rating_of_no_secret"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.score}"


class RatedCase(models.Model):
    """That a case was rated, which happens once; not when, and not how."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="rated")

    class Meta:
        verbose_name = _("vụ việc đã đánh giá")
        verbose_name_plural = _("vụ việc đã đánh giá")

    def __str__(self) -> str:
        return str(self.case_id)
