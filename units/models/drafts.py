"""Changes to the calendar and to the tree of offices that two people make: one drafts them, another decides."""

from __future__ import annotations

from datetime import date
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from units.models.calendar import CalendarDay


class CalendarDraftQuerySet(models.QuerySet["CalendarDraft"]):
    def open(self) -> Self:
        """Those that may still change the calendar."""
        return self.filter(status__in=CalendarDraft.OPEN)

    def touching(self, days: list[date]) -> Self:
        return self.filter(days__day__in=days).distinct()


class CalendarDraft(models.Model):
    """Days to add to the calendar or to take out, by one document, published by another person than its author.

    `edition_before` and `edition_after` are the calendar's numbers on both sides of the publication.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Đang soạn")
        SUBMITTED = "submitted", _("Chờ duyệt")
        PUBLISHED = "published", _("Đã công bố")
        UNDONE = "undone", _("Đã hoàn tác")
        DROPPED = "dropped", _("Đã bỏ")

    OPEN: Final = (Status.DRAFT, Status.SUBMITTED)

    title = models.CharField(_("nội dung thay đổi"), max_length=160)
    source = models.CharField(_("văn bản"), max_length=200)
    status = models.CharField(_("trạng thái"), max_length=9, choices=Status, default=Status.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="calendar_drafts", verbose_name=_("người soạn")
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("người duyệt")
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("người bỏ hoặc hoàn tác")
    )
    created_at = models.DateTimeField(_("soạn lúc"))
    submitted_at = models.DateTimeField(_("gửi duyệt lúc"), null=True)
    published_at = models.DateTimeField(_("công bố lúc"), null=True)
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True)
    dropped_at = models.DateTimeField(_("bỏ lúc"), null=True)
    edition_before = models.BigIntegerField(_("lịch trước khi đổi"), null=True)
    edition_after = models.BigIntegerField(_("lịch sau khi đổi"), null=True)

    objects = CalendarDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("dự thảo thay đổi lịch")
        verbose_name_plural = _("dự thảo thay đổi lịch")
        constraints = [
            models.CheckConstraint(
                name="calendar_draft_two_people", condition=Q(approver=None) | ~Q(approver=F("author"))
            ),
            models.CheckConstraint(name="calendar_draft_has_ground", condition=~Q(title="") & ~Q(source="")),
            models.CheckConstraint(
                name="calendar_draft_published_whole",
                condition=Q(
                    status__in=["published", "undone"],
                    approver__isnull=False,
                    submitted_at__isnull=False,
                    published_at__isnull=False,
                    edition_before__isnull=False,
                    edition_after__isnull=False,
                )
                | Q(
                    status__in=["draft", "submitted", "dropped"], approver=None, published_at=None, edition_after=None
                ),
            ),
            models.CheckConstraint(
                name="calendar_draft_closed_whole",
                condition=Q(status="undone", undone_at__isnull=False, closed_by__isnull=False, dropped_at=None)
                | Q(status="dropped", dropped_at__isnull=False, closed_by__isnull=False, undone_at=None)
                | Q(status__in=["draft", "submitted", "published"], undone_at=None, dropped_at=None, closed_by=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CalendarDraftDay(models.Model):
    """One day that a draft adds to the calendar or takes out; of a day taken out, `kind` is what it was."""

    class Change(models.TextChoices):
        ADD = "add", _("Thêm")
        REMOVE = "remove", _("Gỡ bỏ")

    draft = models.ForeignKey(CalendarDraft, models.CASCADE, related_name="days", verbose_name=_("dự thảo"))
    day = models.DateField(_("ngày"))
    change = models.CharField(_("thay đổi"), max_length=6, choices=Change)
    kind = models.CharField(_("loại"), max_length=8, choices=CalendarDay.Kind)
    reason = models.CharField(_("lý do"), max_length=120)
    source = models.CharField(_("văn bản"), max_length=200)
    closes_at = models.TimeField(_("đóng cửa lúc"), null=True, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = _("ngày trong dự thảo")
        verbose_name_plural = _("ngày trong dự thảo")
        constraints = [
            models.UniqueConstraint(fields=["draft", "day"], name="calendar_draft_day_once"),
            models.CheckConstraint(name="calendar_draft_day_has_ground", condition=~Q(reason="") & ~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_change_display()} {self.day.isoformat()}"


class ReorganisationDraft(models.Model):
    """A merger, division or move of offices as one person typed it, carried out only when another approves it.

    `kind` names the form, `typed` holds its fields as they were sent: name → list of texts.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Chờ duyệt")
        APPROVED = "approved", _("Đã duyệt")
        REFUSED = "refused", _("Không duyệt")
        WITHDRAWN = "withdrawn", _("Đã rút")

    kind = models.CharField(_("loại sắp xếp"), max_length=20)
    typed = models.JSONField(_("nội dung"))
    on = models.DateField(_("từ ngày"))
    source = models.CharField(_("văn bản"), max_length=200)
    status = models.CharField(_("trạng thái"), max_length=9, choices=Status, default=Status.WAITING)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reorganisation_drafts", verbose_name=_("người đề nghị")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("người quyết định")
    )
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("đề nghị lúc"))
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("đề nghị sắp xếp đơn vị")
        verbose_name_plural = _("đề nghị sắp xếp đơn vị")
        constraints = [
            models.CheckConstraint(
                name="reorganisation_draft_two_people",
                condition=Q(status="waiting", decided_by=None, decided_at=None)
                | Q(status="withdrawn", decided_by=F("author"), decided_at__isnull=False)
                | (Q(status__in=["approved", "refused"], decided_at__isnull=False) & ~Q(decided_by=F("author"))),
            ),
            models.CheckConstraint(
                name="reorganisation_draft_decided_by_somebody",
                condition=Q(status="waiting") | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="reorganisation_draft_refused_with_reason", condition=~Q(status="refused") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.on:%d/%m/%Y}"
