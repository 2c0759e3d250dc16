"""Citizens' ratings of the service, anonymous: no rating can be traced to a dossier, a person or an officer.

Respondents stay confidential (Decree 61/2018/ND-CP, article 27.3). Therefore the fact that a dossier was rated and the
rating are two tables without a key between them; a rating has a random key and stores no time finer than its month.
"""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier
from units.models import Unit

MOST_REASONS = 3
MOST_WORDS = 1000


class RatingQuerySet(models.QuerySet["Rating"]):
    def between(self, first: date, last: date) -> RatingQuerySet:
        """Ratings of the months from that of `first` to that of `last`."""
        return self.filter(month__gte=first.replace(day=1), month__lte=last)


class Rating(models.Model):
    """One answer to "how were you served?": five faces, up to three reasons and free words.

    The questions are those of Decree 61/2018/ND-CP, article 31.1. `month` is the first day of the local month.
    """

    class Score(models.IntegerChoices):
        VERY_BAD = 1, _("Rất không hài lòng")
        BAD = 2, _("Không hài lòng")
        FAIR = 3, _("Bình thường")
        GOOD = 4, _("Hài lòng")
        VERY_GOOD = 5, _("Rất hài lòng")

    class Reason(models.TextChoices):
        TIME = "time", _("Thời gian giải quyết")
        ATTITUDE = "attitude", _("Thái độ phục vụ")
        GUIDANCE = "guidance", _("Hướng dẫn, giải thích")
        TRIPS = "trips", _("Số lần phải đến")
        PAPERS = "papers", _("Giấy tờ phải nộp so với niêm yết")
        COST = "cost", _("Chi phí")
        RESULT = "result", _("Kết quả nhận được")
        PLACE = "place", _("Nơi ngồi, chờ đợi")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    month = models.DateField(_("tháng"))
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi nhận"))
    handler = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị giải quyết"))
    score = models.PositiveSmallIntegerField(_("mức hài lòng"), choices=Score.choices)
    reasons = ArrayField(
        models.CharField(max_length=12, choices=Reason.choices), verbose_name=_("vì sao"), default=list, blank=True
    )
    words = models.CharField(_("lời góp ý"), max_length=MOST_WORDS, blank=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("lượt đánh giá")
        verbose_name_plural = _("lượt đánh giá")
        indexes = [
            models.Index(fields=["month", "handler", "desk"], include=["score"], name="rating_by_month"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="rating_one_of_five_faces"),
            models.CheckConstraint(condition=Q(reasons__len__lte=MOST_REASONS), name="rating_few_reasons"),
            models.CheckConstraint(condition=Q(month__day=1), name="rating_knows_no_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.score}"


class RatedDossier(models.Model):
    """Records that a dossier was rated, so that it is rated only once; neither when nor how."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, primary_key=True, related_name="rated")

    class Meta:
        verbose_name = _("hồ sơ đã đánh giá")
        verbose_name_plural = _("hồ sơ đã đánh giá")

    def __str__(self) -> str:
        return str(self.dossier_id)
