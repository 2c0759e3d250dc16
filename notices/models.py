"""The outbox: a message to a person is a row before it is an e-mail or an SMS."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from units.models import Unit

HAS_ADDRESS: Final = ~Q(email="", phone="")

LEASE: Final = timedelta(minutes=5)
"""How long a row belongs to the worker that took it; one that died before handing it over costs this much time."""


class Delivery(models.TextChoices):
    """How far a notice has come on its way to the address."""

    WAITING = "waiting", _("Chờ gửi")
    SENT = "sent", _("Đã gửi")
    GIVEN_UP = "given_up", _("Không gửi được")
    UNSURE = "unsure", _("Không rõ đã gửi")
    SENDING = "sending", _("Đang gửi")
    NO_ADDRESS = "kept", _("Không có địa chỉ")


ASKED_FOR: Final = ("follow_confirm", "follow_digits")
"""Kinds that a citizen has just asked for."""


class NoticeQuerySet(models.QuerySet["Notice"]):
    def waiting(self) -> NoticeQuerySet:
        """Notices with an address that are still to go out by themselves."""
        return self.filter(HAS_ADDRESS, sent_at=None, given_up_at=None, sending_since=None)

    def due(self, at: datetime) -> NoticeQuerySet:
        """Those that are to be sent now, the longest waiting first."""
        return self.waiting().filter(next_try_at__lte=at).order_by("next_try_at", "id")

    def at_any_hour(self) -> NoticeQuerySet:
        """Those that need not wait for sending hours: to staff, since they arise in working hours anyway, and what a
        person has just asked for."""
        return self.filter(Q(recipient__isnull=False) | Q(unit__isnull=False) | Q(kind__in=ASKED_FOR))

    def given_up(self) -> NoticeQuerySet:
        """Dead letters: refused for good, or tried too often."""
        return self.filter(given_up_at__isnull=False, sent_at=None)

    def unsure(self, at: datetime) -> NoticeQuerySet:
        """Handed over, and no answer was noted in good time: nobody knows whether they arrived."""
        return self.filter(sending_since__lte=at - LEASE, sent_at=None, given_up_at=None)

    def in_state(self, state: Delivery, at: datetime) -> NoticeQuerySet:
        return {
            Delivery.WAITING: self.waiting(),
            Delivery.SENT: self.filter(sent_at__isnull=False),
            Delivery.GIVEN_UP: self.given_up(),
            Delivery.UNSURE: self.unsure(at),
            Delivery.SENDING: self.filter(sending_since__gt=at - LEASE, sent_at=None),
            Delivery.NO_ADDRESS: self.filter(email="", phone=""),
        }[state]

    def undelivered(self, at: datetime) -> NoticeQuerySet:
        """What a person has to look at."""
        return self.given_up() | self.unsure(at)

    def about(self, subject: str) -> NoticeQuerySet:
        return self.filter(subject=subject).order_by("-created_at", "-id")

    def for_staff(self, user: User, places: Iterable[Unit]) -> NoticeQuerySet:
        """Notices to a member of staff: in person, and as one of those who work at `places`."""
        of_places = Q(recipient=None, unit__in=[place.pk for place in places])
        return self.filter(Q(recipient=user) | of_places).select_related("unit").order_by("-created_at", "-id")

    def unseen(self) -> NoticeQuerySet:
        """To a member of staff in person, and not marked as seen."""
        return self.filter(recipient__isnull=False, seen_at=None)


def kinds() -> list[tuple[str, Any]]:
    """The choices of `Notice.kind`. Called by name, so that a further kind is no change of the schema."""
    return Notice.Kind.choices


class Notice(models.Model):
    """A message to a person: what, when, and by which way.

    A notice without an address is stored too: an applicant's is shown on the tracking page, one to staff in the inbox
    of `recipient`, or of all who work at `unit` when it names nobody. It is the proof that it was issued.
    `subject` is the code of the dossier or case it is about; empty for a unit's daily worklist, for changes of the
    calendar, for digests, for figures that differ, and for work in the sealed inbox, of which nothing is shown. No two
    notices have the same `key`, so what is issued under one is issued once; those without a key are written with the
    change they report. A notice to staff names no applicant.

    One with an address goes to that one, in `language`, at `next_try_at` or soon after. The worker that takes it puts
    `next_try_at` off by `LEASE`, and notes `sending_since` at the last moment at which the other side cannot have it.
    It ends with `sent_at` or with `given_up_at`; where it ends with neither, nobody knows whether it arrived.
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
        OVERDUE = "overdue", _("Chậm bước")
        DOSSIER_OVERDUE = "dossier_overdue", _("Hồ sơ quá hạn")
        NOT_HANDED_OVER = "not_handed_over", _("Chưa bàn giao")
        NOT_ACCEPTED = "not_accepted", _("Chưa ai nhận bàn giao")
        APOLOGY_POSSIBLE = "apology_possible", _("Còn kịp xin lỗi, hẹn lại")
        APOLOGY_DRAFTED = "apology_drafted", _("Thư xin lỗi chờ ký")
        CONSULT_LATE = "consult_late", _("Chậm trả lời ý kiến")
        ESCALATED = "escalated", _("Chậm trễ, báo lãnh đạo")
        CALENDAR_DRAFT = "calendar_draft", _("Lịch chờ duyệt")
        MORNING = "morning", _("Việc trong ngày")
        DIGEST = "digest", _("Bản tin số liệu")
        PROOF_FAILED = "proof_failed", _("Số liệu lệch hồ sơ gốc")
        CASE_RECEIVED = "case_received", _("Đã nhận phản ánh")
        CASE_SUPPLEMENT = "case_supplement", _("Đề nghị bổ sung phản ánh")
        CASE_ACCEPTED = "case_accepted", _("Đã thụ lý")
        CASE_NOT_ACCEPTED = "case_not_accepted", _("Không thụ lý")
        CASE_TRANSFERRED = "case_transferred", _("Đã chuyển cơ quan có thẩm quyền")
        CASE_EXTENDED = "case_extended", _("Đổi hạn giải quyết phản ánh")
        CASE_SUSPENDED = "case_suspended", _("Tạm đình chỉ vụ việc")
        CASE_RESUMED = "case_resumed", _("Tiếp tục vụ việc")
        CASE_ANSWERED = "case_answered", _("Đã trả lời phản ánh")
        CASE_HEARD = "case_heard", _("Đã nhận lời viết thêm")
        CASE_WORDS = "case_words", _("Người gửi viết thêm")
        CASE_RECALENDARED = "case_recalendared", _("Đổi hạn phản ánh theo lịch làm việc")
        CASE_DUE_SOON = "case_due_soon", _("Phản ánh sắp đến hạn")
        CASE_OVERDUE = "case_overdue", _("Phản ánh quá hạn")
        CASE_UNDECIDED = "case_undecided", _("Quá hạn thụ lý")
        CASE_NOT_TAKEN = "case_not_taken", _("Phản ánh chưa ai nhận")
        CASE_UNCOMPLETED = "case_uncompleted", _("Người gửi chưa bổ sung")
        CASE_ESCALATED = "case_escalated", _("Phản ánh quá hạn, báo lãnh đạo")
        CASE_SEALED_WORK = "case_sealed_work", _("Hộp niêm phong có việc")
        CALL_BACK = "call_back", _("Quá hẹn gọi lại")
        PASSWORD_LINK = "password_link", _("Liên kết đặt mật khẩu")
        ACCOUNT_CHANGED = "account_changed", _("Tài khoản cần để mắt có thay đổi")
        SECOND_FACTOR = "second_factor", _("Bước thứ hai của đăng nhập có thay đổi")
        BREAK_GLASS = "break_glass", _("Tài khoản khẩn cấp vừa đăng nhập")
        RECEPTION_MOVED = "reception_moved", _("Đơn vị kế tục tiếp theo lịch hẹn")

    class Language(models.TextChoices):
        VIETNAMESE = "vi", _("Tiếng Việt")
        ENGLISH = "en", _("Tiếng Anh")

    subject = models.CharField(_("mã hồ sơ"), max_length=60, blank=True, db_index=True)
    kind = models.CharField(_("loại"), max_length=30, choices=kinds)
    key = models.CharField(_("khóa"), max_length=120, blank=True, default="", db_default="")
    recipient = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="notices", verbose_name=_("người nhận")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    email = models.EmailField(_("thư điện tử"), blank=True)
    phone = models.CharField(_("số điện thoại"), max_length=16, blank=True, default="", db_default="")
    language = models.CharField(
        _("ngôn ngữ"), max_length=2, choices=Language.choices, default=Language.VIETNAMESE, db_default="vi"
    )
    context = models.JSONField(_("nội dung"), default=dict)
    created_at = models.DateTimeField(_("lập lúc"))
    seen_at = models.DateTimeField(_("xem lúc"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("gửi từ lúc"), null=True, blank=True)
    sending_since = models.DateTimeField(_("đang trao từ lúc"), null=True, blank=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("thôi gửi lúc"), null=True, blank=True)
    last_try_at = models.DateTimeField(_("thử gửi lúc"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    last_error = models.CharField(_("lỗi gần nhất"), max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thông báo")
        verbose_name_plural = _("thông báo")
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="notice_due",
                condition=HAS_ADDRESS & Q(sent_at=None, given_up_at=None, sending_since=None),
            ),
            models.Index(
                fields=["id"],
                name="notice_undelivered",
                condition=Q(sent_at=None) & (Q(given_up_at__isnull=False) | Q(sending_since__isnull=False)),
            ),
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
            models.CheckConstraint(name="notice_one_address", condition=Q(email="") | Q(phone="")),
            models.CheckConstraint(
                name="notice_phone_e164", condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$")
            ),
            models.CheckConstraint(
                name="notice_has_its_turn",  # what has an address is never forgotten
                condition=Q(email="", phone="") | Q(next_try_at__isnull=False),
            ),
            models.CheckConstraint(name="notice_one_end", condition=Q(sent_at=None) | Q(given_up_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.subject}"

    @property
    def has_address(self) -> bool:
        return bool(self.email or self.phone)

    def delivery(self, at: datetime) -> Delivery:
        if not self.has_address:
            return Delivery.NO_ADDRESS
        if self.sent_at:
            return Delivery.SENT
        if self.given_up_at:
            return Delivery.GIVEN_UP
        if self.sending_since:
            return Delivery.UNSURE if self.sending_since <= at - LEASE else Delivery.SENDING
        return Delivery.WAITING

    @property
    def is_to_staff(self) -> bool:
        return self.recipient_id is not None or self.unit_id is not None

    @property
    def goes_at_any_hour(self) -> bool:
        """As `at_any_hour` asks of many."""
        return self.is_to_staff or self.kind in ASKED_FOR

    @property
    def is_new(self) -> bool:
        """To one person, who has not marked it as seen."""
        return self.recipient_id is not None and self.seen_at is None

    @property
    def facts(self) -> dict[str, Any]:
        """The context with its moments: JSON has none, so values whose name ends in `_at` are stored as ISO texts."""
        return {
            name: datetime.fromisoformat(value) if name.endswith("_at") else value
            for name, value in self.context.items()
        }
