"""The outbox: a message to a person is a row before it is an e-mail."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    def waiting(self) -> NoticeQuerySet:
        """Notices with an address that have not gone out yet."""
        return self.exclude(email="").filter(sent_at=None)

    def about(self, subject: str) -> NoticeQuerySet:
        return self.filter(subject=subject).order_by("-created_at", "-id")


class Notice(models.Model):
    """What a person was told, when, and by which way.

    A notice without an e-mail address is still kept: it is shown on the person's tracking page and is the proof
    that it was issued. `subject` is the code of the dossier or case it is about.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("Đã tiếp nhận")
        REFUSED = "refused", _("Không tiếp nhận")
        DONE = "done", _("Đã có kết quả")
        RETURNED = "returned", _("Đã trả kết quả")

    subject = models.CharField(_("mã hồ sơ"), max_length=60, db_index=True)
    kind = models.CharField(_("loại"), max_length=30, choices=Kind.choices)
    email = models.EmailField(_("thư điện tử"), blank=True)
    context = models.JSONField(_("nội dung"), default=dict)
    created_at = models.DateTimeField(_("lập lúc"))
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
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.subject}"
