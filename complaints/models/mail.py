"""E-mail that came in: what became of each message, and which wait for a person.

No column holds its sender or text in clear. The message as it came is stored only where a person may have to look at
it, encrypted like a sealed box: until somebody has read it, it may be a denunciation.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, User
from complaints.models.cases import Case
from units.models import Unit

OPENING_ROLES: Final = (Membership.Role.CLERK, Membership.Role.SPECIALIST, Membership.Role.LEADER)


class MailQuerySet(models.QuerySet["Mail"]):
    def set_aside(self) -> Self:
        return self.filter(fate=Mail.Fate.ASIDE)

    def waiting(self) -> Self:
        return self.filter(fate=Mail.Fate.WAITING)

    def visible_to(self, user: User) -> Self:
        """Messages set aside at the units this person works for; those that may be secret for inspectors alone."""
        works = Q(is_secret=False, unit__in=user.unit_ids_as(*OPENING_ROLES))
        inspects = Q(unit__in=user.unit_ids_as(Membership.Role.INSPECTOR))
        return self.filter(works | inspects)

    def recent_from(self, senders: list[str], since: datetime) -> Self:
        return self.filter(sender__in=senders, at__gt=since)


class Mail(models.Model):
    """One message. `digest` is that of its Message-ID and unique, so a message is processed once.

    `content` is the digest of its body, to distinguish a second copy from another message under the same id. `sender`
    (a digest too) and `message_id`, for the answer in its thread, are stored of plain messages alone. `raw` is the
    encrypted message. While a worker first reads a message, a row by the digest of its bytes counts the `attempts`.
    """

    class Fate(models.TextChoices):
        CASE = "case", pgettext_lazy("mail", "Thành vụ việc")
        THREAD = "thread", pgettext_lazy("mail", "Thêm vào vụ việc")
        ASIDE = "aside", pgettext_lazy("mail", "Chờ người xem")
        IGNORED = "ignored", pgettext_lazy("mail", "Bỏ qua")
        DISMISSED = "dismissed", pgettext_lazy("mail", "Không nhận")
        WAITING = "waiting", pgettext_lazy("mail", "Chờ máy đọc")

    class Why(models.TextChoices):
        """Why it was put aside or ignored."""

        AUTOMATIC = "automatic", _("Thư trả lời tự động")
        BOUNCE = "bounce", _("Thư báo không gửi được")
        LIST = "list", _("Thư gửi hàng loạt")
        OWN = "own", _("Thư của chính cổng này")
        NO_SENDER = "no_sender", _("Không có người gửi")
        BROKEN = "broken", _("Thư hỏng, không đọc được hết")
        CHARSET = "charset", _("Không rõ bảng mã chữ")
        HTML = "html", _("Chỉ có dạng trang web, không có chữ thường")
        CROWD = "crowd", _("Gửi cho quá nhiều người")
        UNFIT = "unfit", _("Có tệp kèm không nhận được")
        TOO_LARGE = "too_large", _("Quá lớn")
        WORDLESS = "wordless", _("Không đủ lời để hiểu")
        FLOOD = "flood", _("Một người gửi quá nhiều thư")
        NAMES_CASE = "names_case", _("Nêu một mã vụ việc mà không phải thư trả lời của người gửi")
        REUSED = "reused", _("Trùng mã thư mà khác nội dung")
        FAILED = "failed", _("Máy đọc ba lần không xong")
        NOBODY = "nobody", _("Chưa có người tiếp nhận")

    digest = models.CharField(max_length=64, unique=True)
    content = models.CharField(max_length=64)
    sender = models.CharField(max_length=64, blank=True)
    message_id = models.TextField(blank=True, max_length=998)
    fate = models.CharField(_("tình trạng"), max_length=10, choices=Fate.choices)
    why = models.CharField(_("lý do"), max_length=12, choices=Why.choices, blank=True)
    is_secret = models.BooleanField(default=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi nhận"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="mails")
    raw = models.BinaryField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField(_("cỡ"))
    arrived_at = models.DateTimeField(_("đến lúc"))
    at = models.DateTimeField(_("ghi lúc"))
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("vì sao không nhận"), max_length=500, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("thư đến")
        verbose_name_plural = _("thư đến")
        indexes = [
            models.Index(fields=["unit", "arrived_at"], name="mail_aside", condition=Q(fate="aside")),
            models.Index(fields=["arrived_at"], name="mail_waiting", condition=Q(fate="waiting")),
            models.Index(fields=["sender", "-at"], name="mail_by_sender", condition=~Q(sender="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="mail_secret_points_at_nobody", condition=Q(is_secret=False) | Q(sender="", message_id="")
            ),
            models.CheckConstraint(
                name="mail_has_its_case",
                condition=Q(fate__in=["case", "thread"], case__isnull=False)
                | Q(fate__in=["aside", "ignored", "dismissed", "waiting"], case=None),
            ),
            models.CheckConstraint(
                name="mail_aside_is_kept", condition=~Q(fate="aside") | Q(raw__isnull=False) | Q(why="too_large")
            ),
            models.CheckConstraint(
                name="mail_dismissed_with_a_reason",
                condition=~Q(fate="dismissed") | (~Q(reason="") & Q(closed_by__isnull=False, closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="mail_left_out_with_a_reason", condition=~Q(fate__in=["aside", "ignored"]) | ~Q(why="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.fate}"


class MailReading(models.Model):
    """Who opened which message that was put aside, and when: append-only."""

    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_whole = models.BooleanField(default=False)
    """The message as it came was handed out."""

    class Meta:
        verbose_name = _("lượt mở thư")
        verbose_name_plural = _("lượt mở thư")
        indexes = [models.Index(fields=["mail", "-at"], name="mail_reading_by_mail")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.mail_id}"
