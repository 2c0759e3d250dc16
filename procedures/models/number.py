"""The number of the catalogue's current content."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class CatalogueVersion(models.Model):
    """One row: triggers renew `number` and `changed_at` at every change of what the catalogue prints, see
    `procedures.search.index`; `loaded` is the digest of the data files last loaded, see
    `procedures.loading.actions`."""

    number = models.BigIntegerField()
    changed_at = models.DateTimeField()
    loaded = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="catalogue_version_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.number)
