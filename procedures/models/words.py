"""Abbreviations that staff and citizens type."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

SHORT = r"^[0-9a-z]+$"


class Abbreviation(models.Model):
    """An abbreviation and the words of procedures' names that it stands for: "ks" → "khai sinh"."""

    short = models.CharField(
        _("viết tắt"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(SHORT, _("Chữ thường không dấu và chữ số, viết liền."))],
    )
    meaning = models.CharField(_("nghĩa là"), max_length=200)

    class Meta:
        verbose_name = _("chữ viết tắt")
        verbose_name_plural = _("chữ viết tắt")
        ordering = ["short"]
        constraints = [
            models.CheckConstraint(
                name="abbreviation_is_one_plain_word",
                condition=Q(short__regex=SHORT),
                violation_error_message=_("Chữ thường không dấu và chữ số, viết liền."),
            ),
            models.CheckConstraint(name="abbreviation_means_something", condition=~Q(meaning="")),
        ]

    def __str__(self) -> str:
        return f"{self.short}: {self.meaning}"
