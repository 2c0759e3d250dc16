"""Who let whom do what: proposals that a second person decides, and the ledger of accounts."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.identities import SUBJECT_LENGTH
from accounts.models.people import Membership, User
from units.models import Unit

Role = Membership.Role

GUARDED: Final = (
    Role.LEADER,
    Role.OFFICIAL,
    Role.EDITOR,
    Role.INSPECTOR,
    Role.INSPECTION_HEAD,
    Role.ADMINISTRATOR,
)
"""Roles that sign, publish, see every dossier, open what is sealed, or give roles: two people give them."""

INSPECTION: Final = (Role.INSPECTOR, Role.INSPECTION_HEAD)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self) -> ProposalQuerySet:
        return self.filter(decided_at=None)

    def with_names(self) -> ProposalQuerySet:
        return self.select_related("person", "unit", "proposer", "decided_by")


class Proposal(models.Model):
    """A change at somebody's account that one person proposes and a second one decides; neither is the person.

    `role`, `unit` and the days say which role; `email` the new address; `subject` which account at the identity
    provider; otherwise they are empty.
    """

    class Change(models.TextChoices):
        ROLE = "role", _("Giao vai trò")
        EMAIL = "email", _("Đổi địa chỉ thư")
        ACTIVATE = "activate", _("Mở lại tài khoản")
        FACTOR = "factor", _("Đặt lại bước thứ hai")
        IDENTITY = "identity", _("Nối với nhà cung cấp")

    class Decision(models.TextChoices):
        GRANTED = "granted", _("Đã chấp thuận")
        REFUSED = "refused", _("Đã từ chối")
        WITHDRAWN = "withdrawn", _("Người đề xuất đã rút")

    change = models.CharField(_("việc"), max_length=10, choices=Change.choices)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("người dùng"))
    role = models.CharField(_("vai trò"), max_length=20, choices=Role.choices, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    subject = models.CharField(_("mã định danh"), max_length=SUBJECT_LENGTH, blank=True)
    reason = models.CharField(_("lý do"), max_length=300)
    proposer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("người đề xuất"))
    proposed_at = models.DateTimeField(_("đề xuất lúc"))
    decision = models.CharField(_("quyết định"), max_length=10, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người quyết định")
    )
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    answer = models.CharField(_("lý do quyết định"), max_length=300, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề xuất về tài khoản")
        verbose_name_plural = _("đề xuất về tài khoản")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="proposal_not_for_oneself", condition=~Q(proposer=F("person"))),
            models.CheckConstraint(
                name="proposal_two_people",
                condition=~Q(decision="granted") | (~Q(decided_by=F("proposer")) & ~Q(decided_by=F("person"))),
            ),
            models.CheckConstraint(
                name="proposal_decided_whole",
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="proposal_of_a_role_is_whole",
                condition=~Q(change="role") | (~Q(role="") & Q(unit__isnull=False, valid_from__isnull=False)),
            ),
            models.CheckConstraint(
                name="proposal_of_an_identity_is_whole", condition=~Q(change="identity") | ~Q(subject="")
            ),
            models.CheckConstraint(name="proposal_has_its_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_change_display()} · {self.person}"

    @property
    def is_waiting(self) -> bool:
        return self.decided_at is None


class AccountEventQuerySet(models.QuerySet["AccountEvent"]):
    def with_names(self) -> AccountEventQuerySet:
        return self.select_related("actor", "person", "unit")


class AccountEvent(models.Model):
    """One change at an account. Rows are never changed or removed: triggers refuse UPDATE, DELETE and TRUNCATE.

    Without an actor the machine's operator did it, by a command. `detail` holds what the sentence of its kind names.
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("Mở tài khoản")
        RENAMED = "renamed", _("Đổi họ tên")
        EMAIL_CHANGED = "email_changed", _("Đổi địa chỉ thư")
        LINK_SENT = "link_sent", _("Gửi liên kết đặt mật khẩu")
        PASSWORD_CHANGED = "password_changed", _("Đổi mật khẩu")
        PASSWORD_SET = "password_set", _("Đặt mật khẩu bằng liên kết")
        CLOSED = "closed", _("Khóa tài khoản")
        REOPENED = "reopened", _("Mở lại tài khoản")
        ROLE_GIVEN = "role_given", _("Giao vai trò")
        ROLE_ENDED = "role_ended", _("Kết thúc vai trò")
        ROLE_CHANGED = "role_changed", _("Sửa vai trò")
        PROPOSED = "proposed", _("Đề xuất")
        REFUSED = "refused", _("Từ chối đề xuất")
        WITHDRAWN = "withdrawn", _("Rút đề xuất")
        FACTOR_ADDED = "factor_added", _("Thêm bước thứ hai")
        FACTOR_REMOVED = "factor_removed", _("Bỏ bước thứ hai")
        CODES_MADE = "codes_made", _("Lập mã dự phòng")
        CODE_USED = "code_used", _("Dùng mã dự phòng")
        FACTOR_RESET = "factor_reset", _("Đặt lại bước thứ hai")
        IDENTITY_LINKED = "identity_linked", _("Nối với tài khoản ở nhà cung cấp")
        IDENTITY_UNLINKED = "identity_unlinked", _("Gỡ tài khoản ở nhà cung cấp")
        SESSIONS_ENDED = "sessions_ended", _("Kết thúc mọi phiên đăng nhập")
        BREAK_GLASS = "break_glass", _("Đăng nhập bằng tài khoản khẩn cấp")

    at = models.DateTimeField(_("lúc"))
    kind = models.CharField(_("việc"), max_length=20, choices=Kind.choices)
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người làm")
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("người dùng"))
    role = models.CharField(_("vai trò"), max_length=20, choices=Role.choices, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("đề xuất")
    )
    detail = models.JSONField(_("chi tiết"), default=dict)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc trong sổ tài khoản")
        verbose_name_plural = _("sổ tài khoản")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="account_event_latest"),
            models.Index(fields=["person", "-at", "-id"], name="account_event_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.person}"

    @property
    def change(self) -> str:
        """The change that was proposed, for those about a proposal."""
        return str(self.detail.get("change", ""))

    @property
    def until(self) -> date | None:
        value = self.detail.get("valid_to")
        return date.fromisoformat(value) if value else None
