"""Who is on duty at a desk, by position: what the notice board of the waiting room says, as rows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from units.models.tree import Unit


class DutyPost(models.Model):
    """One position at a desk: what it does, at which counter, and by which telephone it is asked.

    The list of desk staff with field and telephone is public (Decree 61/2018/ND-CP, article 9.7); this one names
    positions, so that nobody's name stays on a page.
    """

    desk = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="duty_posts", verbose_name=_("nơi nhận"))
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    title = models.CharField(_("vị trí"), max_length=120)
    fields = models.CharField(_("lĩnh vực"), max_length=200, blank=True)
    counter = models.PositiveSmallIntegerField(_("quầy số"), null=True, blank=True)
    telephone = models.CharField(_("điện thoại"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("vị trí trực")
        verbose_name_plural = _("vị trí trực")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="duty_post_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title
