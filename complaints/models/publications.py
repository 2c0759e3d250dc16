"""What was published of an answered case: texts that an officer has checked, without personal data."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.clock.states import Kind
from complaints.models.cases import Case
from complaints.models.people import LONGEST_TEXT
from units.texts.folding import folded, words

MOST_OF_SUBJECT = 200
_VECTOR = SearchVector("search", config="simple")


class PublicationQuerySet(models.QuerySet["Publication"]):
    def matching(self, typed: str) -> PublicationQuerySet:
        """Those where every typed word is the beginning of a word, with or without accents; all where nothing was
        typed."""
        wanted = words(typed)
        if not wanted:
            return self
        query = SearchQuery(" & ".join(f"{word}:*" for word in wanted), search_type="raw", config="simple")
        return self.alias(found=_VECTOR).filter(found=query)

    def questions(self) -> PublicationQuerySet:
        return self.filter(case__kind=Kind.QUESTION.value)

    def each_once(self) -> PublicationQuerySet:
        """Of those that ask the same in the same words the latest answer."""
        latest = self.order_by("subject", "content", "-at", "-pk").distinct("subject", "content")
        return self.model._default_manager.filter(pk__in=latest.values("pk"))


class Publication(models.Model):
    """Of a plain case whose reporter consented; a trigger refuses any other. `search` is written by `save`."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="publication")
    subject = models.CharField(_("tiêu đề"), max_length=MOST_OF_SUBJECT)
    content = models.TextField(_("nội dung"), max_length=LONGEST_TEXT)
    answer = models.TextField(_("trả lời"), max_length=LONGEST_TEXT)
    search = models.TextField(editable=False, default="")
    at = models.DateTimeField(_("công khai lúc"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("nội dung công khai")
        verbose_name_plural = _("nội dung công khai")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="publication_latest"),
            GinIndex(_VECTOR, name="publication_search"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(subject="") & ~Q(answer=""), name="publication_says_something"),
        ]

    def __str__(self) -> str:
        return self.subject

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = searched(self.subject, self.content, self.answer)
        super().save(*args, **kwargs)


def searched(*texts: str) -> str:
    """What `search` holds: the distinct folded words of all texts, in order."""
    return " ".join(dict.fromkeys(folded(*texts).split()))
