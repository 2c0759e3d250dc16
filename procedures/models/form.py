"""Blank forms to download."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile


class FormFile(models.Model):
    """A blank form to download; its file was uploaded by an editor for that purpose only."""

    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("tệp"))

    class Meta:
        verbose_name = _("tệp mẫu")
        verbose_name_plural = _("tệp mẫu")

    def __str__(self) -> str:
        return self.file.name
