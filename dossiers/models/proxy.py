"""The person who submitted a dossier for the applicant."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier
from units.texts.wording import short_date


class ProxyRecord(models.Model):
    """The person at the counter, where it is not the applicant, and the authorising paper.

    Only the paper's number may be missing: authorisations within a family often have none.
    """

    class Paper(models.TextChoices):
        AUTHORISATION = "authorisation", _("Giấy ủy quyền")
        CONTRACT = "contract", _("Hợp đồng ủy quyền")
        INTRODUCTION = "introduction", _("Giấy giới thiệu")
        GUARDIAN = "guardian", _("Giấy tờ chứng minh là người đại diện")

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="proxy_record")
    name = models.CharField(_("họ và tên"), max_length=200)
    id_number = models.CharField(_("số giấy tờ"), max_length=20)
    paper = models.CharField(_("giấy tờ"), max_length=16, choices=Paper.choices)
    paper_number = models.CharField(_("số của giấy"), max_length=60, blank=True)
    paper_dated = models.DateField(_("ngày của giấy"))

    class Meta:
        verbose_name = _("người nộp thay")
        verbose_name_plural = _("người nộp thay")
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(id_number="") & ~Q(paper=""), name="proxy_is_whole")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.paper}"

    @property
    def paper_words(self) -> str:
        return authority_words(self.paper, self.paper_number, self.paper_dated)


def authority_words(paper: str, number: str, dated: date) -> str:
    """As "Giấy ủy quyền số 12 ngày 02/03/2026", in the reader's language; `paper` is a `ProxyRecord.Paper`."""
    values = {"paper": ProxyRecord.Paper(paper).label, "number": number}
    values["day"] = short_date(dated, get_language() or "vi")
    return (gettext("%(paper)s số %(number)s ngày %(day)s") if number else gettext("%(paper)s ngày %(day)s")) % values
