"""The outbox: a message to a person is a row before it is an e-mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from units.models import Unit


class NoticeQuerySet(models.QuerySet["Notice"]):
    def waiting(self) -> NoticeQuerySet:
        """Notices with an address that have not gone out yet."""
        return self.exclude(email="").filter(sent_at=None)

    def about(self, subject: str) -> NoticeQuerySet:
        return self.filter(subject=subject).order_by("-created_at", "-id")

    def for_staff(self, user: User, places: Iterable[Unit]) -> NoticeQuerySet:
        """What a member of staff was told: in person, and as one of those who work at `places`."""
        of_places = Q(recipient=None, unit__in=[place.pk for place in places])
        return self.filter(Q(recipient=user) | of_places).select_related("unit").order_by("-created_at", "-id")

    def unseen(self) -> NoticeQuerySet:
        """Told to a member of staff in person, and not marked as seen."""
        return self.filter(recipient__isnull=False, seen_at=None)


class Notice(models.Model):
    """What a person was told, when, and by which way.

    A notice without an e-mail address is still kept: an applicant's is shown on the tracking page, one to staff in
    the inbox of `recipient`, or of all who work at `unit` when it names nobody. It is the proof that it was issued.
    `subject` is the code of the dossier or case it is about; empty for a unit's morning list and for changes of the
    calendar. No two notices have the
    same `key`, so what is issued under one is issued once; those without a key are written with the act they tell of.
    A notice to staff names no applicant.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("Đã tiếp nhận")
        REFUSED = "refused", _("Không tiếp nhận")
        SUPPLEMENT = "supplement", _("Yêu cầu bổ sung giấy tờ")
        SUPPLEMENTED = "supplemented", _("Đã nhận đủ giấy tờ bổ sung")
        ABANDONED = "abandoned", _("Quá hạn bổ sung giấy tờ")
        CORRECTED = "corrected", _("Đã đính chính hồ sơ")
        PAYMENT = "payment", _("Nộp phí, lệ phí")
        RESUMED = "resumed", _("Tiếp tục giải quyết")
        STOPPED = "stopped", _("Dừng giải quyết")
        EXTENDED = "extended", _("Kéo dài thời hạn")
        REAPPOINTED = "reappointed", _("Xin lỗi, hẹn lại")
        WITHDRAWAL = "withdrawal", _("Đã nhận đề nghị rút hồ sơ")
        CLOSED = "closed", _("Đã kết thúc")
        DONE = "done", _("Đã có kết quả")
        RETURNED = "returned", _("Đã trả kết quả")
        RECALENDARED = "recalendared", _("Đổi ngày hẹn theo lịch làm việc")
        CALENDAR_UNDONE = "calendar_undone", _("Trở lại ngày hẹn cũ")
        FOLLOW_CONFIRM = "follow_confirm", _("Xác nhận nhận tin bằng thư")
        FOLLOW_DIGITS = "follow_digits", _("Xác nhận nhận tin bằng tin nhắn")
        SUPPLEMENT_DUE = "supplement_due", _("Sắp hết hạn bổ sung")
        DUE_SOON = "due_soon", _("Sắp đến hạn")
        OVERDUE = "overdue", _("Chặng quá hạn")
        DOSSIER_OVERDUE = "dossier_overdue", _("Hồ sơ quá hạn")
        NOT_HANDED_OVER = "not_handed_over", _("Chưa bàn giao")
        NOT_ACCEPTED = "not_accepted", _("Chưa ai nhận bàn giao")
        APOLOGY_POSSIBLE = "apology_possible", _("Còn kịp xin lỗi, hẹn lại")
        APOLOGY_DRAFTED = "apology_drafted", _("Thư xin lỗi chờ ký")
        CONSULT_LATE = "consult_late", _("Chậm trả lời ý kiến")
        ESCALATED = "escalated", _("Quá hạn, báo lãnh đạo")
        CALENDAR_DRAFT = "calendar_draft", _("Lịch chờ duyệt")
        MORNING = "morning", _("Việc trong ngày")

    subject = models.CharField(_("mã hồ sơ"), max_length=60, blank=True, db_index=True)
    kind = models.CharField(_("loại"), max_length=30, choices=Kind.choices)
    key = models.CharField(_("khóa"), max_length=120, blank=True, default="", db_default="")
    recipient = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="notices", verbose_name=_("người nhận")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    email = models.EmailField(_("thư điện tử"), blank=True)
    context = models.JSONField(_("nội dung"), default=dict)
    created_at = models.DateTimeField(_("lập lúc"))
    seen_at = models.DateTimeField(_("xem lúc"), null=True, blank=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    last_try_at = models.DateTimeField(_("thử gửi lúc"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    last_error = models.CharField(_("lỗi gần nhất"), max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thông báo")
        verbose_name_plural = _("thông báo")
        indexes = [
            models.Index(fields=["id"], name="notice_waiting", condition=Q(sent_at=None) & ~Q(email="")),
            models.Index(
                fields=["recipient", "-created_at"],
                name="notice_by_recipient",
                condition=Q(recipient__isnull=False),
            ),
            models.Index(
                fields=["recipient"],
                name="notice_unseen",
                condition=Q(recipient__isnull=False, seen_at=None),
            ),
            models.Index(
                fields=["unit", "-created_at"],
                name="notice_by_unit",
                condition=Q(recipient=None, unit__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.subject}"

    @property
    def is_new(self) -> bool:
        """Told to one person, who has not marked it as seen."""
        return self.recipient_id is not None and self.seen_at is None

    @property
    def facts(self) -> dict[str, Any]:
        """The context with its moments: JSON has none, so values whose name ends in `_at` are kept as ISO texts."""
        return {
            name: datetime.fromisoformat(value) if name.endswith("_at") else value
            for name, value in self.context.items()
        }
