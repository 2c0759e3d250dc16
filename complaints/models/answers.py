"""Templates of answers, and representatives of a group."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.cases import Case
from complaints.models.people import LONGEST_TEXT
from complaints.models.rule_sets import KINDS

MOST_REPRESENTATIVES = 5


class AnswerTemplate(models.Model):
    """Words to begin an answer with. `kind` empty: for all kinds. The officer edits them."""

    kind = models.CharField(_("loại"), max_length=20, choices=KINDS, blank=True)
    title = models.CharField(_("tên mẫu"), max_length=120)
    text = models.TextField(_("nội dung"), max_length=LONGEST_TEXT)
    is_active = models.BooleanField(_("đang dùng"), default=True)

    class Meta:
        verbose_name = _("mẫu trả lời")
        verbose_name_plural = _("mẫu trả lời")
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "title"], name="answer_template_once"),
            models.CheckConstraint(name="answer_template_says_something", condition=~Q(text="") & ~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title


class Representative(models.Model):
    """Somebody whom a group sent to speak for it (Decree 154/2026/NĐ-CP, article 14.3). Never of a sealed case: those
    name theirs in a sealed note."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="representatives")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("họ và tên"), max_length=200)
    phone = models.CharField(_("số điện thoại"), max_length=20, blank=True)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("người đại diện")
        verbose_name_plural = _("người đại diện")
        ordering = ["case_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="representative_once"),
            models.CheckConstraint(
                name="representatives_are_few",
                condition=Q(position__range=(1, MOST_REPRESENTATIVES)) & ~Q(name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.position}"
