"""What a case has to do with other cases and with dossiers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models.cases import Case
from dossiers.models import Dossier


class CaseLink(models.Model):
    """`case` and `other` belong together: a person linked them, or split a mixed letter.

    Shown only to a reader who sees both cases: a grievance must not reveal a denunciation.
    """

    class Sort(models.TextChoices):
        SPLIT = "split", _("Tách từ cùng một đơn")
        DUPLICATE = "duplicate", _("Trùng nội dung")
        REPEAT = "repeat", _("Gửi lại")
        RELATED = "related", _("Liên quan")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    sort = models.CharField(max_length=10, choices=Sort.choices)
    at = models.DateTimeField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("liên kết vụ việc")
        verbose_name_plural = _("liên kết vụ việc")
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], name="case_linked_once"),
            models.CheckConstraint(name="case_link_to_another", condition=~Q(case=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.sort} · {self.other_id}"


class CaseDossier(models.Model):
    """The dossier a case is about. Never of a sealed case: a dossier names people."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="about")
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="cases")
    is_confirmed = models.BooleanField(_("đã xác minh lỗi"), default=False)
    """The complaint proved right: it counts against the attitude shown to this dossier's owner."""

    class Meta:
        verbose_name = _("hồ sơ liên quan")
        verbose_name_plural = _("hồ sơ liên quan")
        constraints = [models.UniqueConstraint(fields=["case", "dossier"], name="case_about_dossier_once")]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.dossier_id}"
