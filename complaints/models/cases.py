"""Cases, what happened to them, and who read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.clock.overdue import is_overdue, overdue
from complaints.clock.rules import Grade
from complaints.clock.states import (
    ANSWERABLE,
    OPEN,
    RUNNING,
    SEALED_KINDS,
    SETTLEMENTS,
    UNDECIDED,
    WAITING,
    EventKind,
    Kind,
    Status,
)
from complaints.models.labels import (
    EVENT_LABELS,
    GRADE_LABELS,
    KIND_LABELS,
    OUTCOME_LABELS,
    READING_ROLES,
    STATUS_LABELS,
    Channel,
)
from complaints.models.rule_sets import Category
from units.models import Unit

_OPEN = sorted(OPEN)
_SEALED = sorted(SEALED_KINDS)


def _rows(name: str) -> models.QuerySet[Any]:
    """The rows of a model that is defined after this one and points at it."""
    rows: models.QuerySet[Any] = apps.get_model("complaints", name)._default_manager.all()
    return rows


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> Self:
        """Cases received at, now at, or on their way to the units this person reads for, or the ended units that these
        replace. Sealed cases only for their named handlers."""
        units = user.unit_ids_with_papers(*READING_ROLES)
        here = Q(unit__in=units) | Q(receiving_unit__in=units) | Q(passed_to__in=units)
        return self.filter((Q(is_sealed=False) & here) | (Q(is_sealed=True) & self._named(user)))

    def plain(self) -> Self:
        """Without sealed cases: the only ones that lists, figures, exports and look-alikes may use."""
        return self.filter(is_sealed=False)

    def sealed_for(self, user: User) -> Self:
        """The sealed cases whose named handler this person is."""
        return self.filter(self._named(user), is_sealed=True)

    def open(self) -> Self:
        return self.filter(status__in=_OPEN)

    def running(self) -> Self:
        return self.filter(status__in=sorted(RUNNING))

    def waiting(self) -> Self:
        return self.filter(status__in=sorted(WAITING))

    def overdue(self, at: datetime) -> Self:
        """See `complaints.clock.overdue`."""
        return self.filter(overdue(at))

    def resolved(self) -> Self:
        """Settled on their merits; not the refused, transferred and withdrawn ones."""
        return self.filter(finished_at__isnull=False, outcome__in=sorted(SETTLEMENTS))

    def with_operation_facts(self) -> Self:
        """With the facts that decide which operations are possible: `is_linked` (by a person), `is_about` (a dossier),
        `may_rest` (the law knows a ground to suspend its kind) and `handler_ids` (of a sealed one)."""
        links, named = _rows("CaseLink").exclude(sort="split"), _rows("CaseHandler").filter(until=None)
        return self.annotate(
            is_linked=Exists(links.filter(case=OuterRef("pk"))),
            is_about=Exists(_rows("CaseDossier").filter(case=OuterRef("pk"))),
            may_rest=Exists(_rows("Ground").filter(kind=OuterRef("kind"), use="suspend")),
            handler_ids=ArraySubquery(named.filter(case=OuterRef("pk")).order_by("pk").values("user")),
        )

    def _named(self, user: User) -> Q:
        return Q(Exists(_rows("CaseHandler").filter(case=OuterRef("pk"), user=user, until=None)))


class Case(models.Model):
    """What one person or group sent. Status, units, dates and derivation are cached from its events.

    Who sent it and its text are in `Reporter` and `CaseText`; where the law keeps them secret, in `SealedBox` alone.
    `is_sealed` follows from the kind. `code` holds a random ordinal: a running one would reveal cases that its reader
    may not see. `due_at` decides whether it was on time,
    `next_due_at` is what is owed next; both UTC. See `complaints.clock.replay.State` for the dates. What the secret or
    the link of an e-mail opened is signed over `link_key`. `fresh_secret`: only in the request that made the row.
    """

    fresh_secret: str = ""

    code = models.CharField(_("mã phản ánh"), max_length=60, unique=True)
    secret_hash = models.BinaryField(_("mã tra cứu, đã băm"), max_length=32, null=True, editable=False)
    link_key = models.UUIDField(db_default=RandomUUID(), editable=False)
    request_key = models.UUIDField(unique=True)
    kind = models.CharField(
        _("loại"), max_length=20, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    is_sealed = models.BooleanField(_("niêm phong"), default=False)
    channel = models.CharField(_("nguồn"), max_length=10, choices=Channel.choices)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lĩnh vực")
    )
    status = models.CharField(
        _("tình trạng"), max_length=12, choices=[(one.value, label) for one, label in STATUS_LABELS.items()]
    )
    outcome = models.CharField(
        _("kết quả"), max_length=14, blank=True, choices=[(one.value, label) for one, label in OUTCOME_LABELS.items()]
    )
    grade = models.CharField(
        _("mức độ"),
        max_length=8,
        default=Grade.NORMAL.value,
        choices=[(one.value, label) for one, label in GRADE_LABELS.items()],
    )
    receiving_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi nhận ban đầu")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị giải quyết"))
    passed_to = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đang chuyển đến")
    )
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người xử lý")
    )
    received_at = models.DateTimeField(_("nhận lúc"))
    check_due_at = models.DateTimeField(_("hạn thụ lý"))
    checked_at = models.DateTimeField(_("xét thụ lý lúc"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("thụ lý lúc"), null=True, blank=True)
    settle_due_at = models.DateTimeField(_("hạn giải quyết"), null=True, blank=True)
    settled_at = models.DateTimeField(_("giải quyết lúc"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("hạn gửi quyết định"), null=True, blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    due_at = models.DateTimeField(_("hạn"))
    next_due_at = models.DateTimeField(_("hạn việc kế tiếp"), null=True, blank=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    extensions = models.PositiveSmallIntegerField(_("số lần gia hạn"), default=0)
    draft = models.PositiveSmallIntegerField(_("dự thảo chờ duyệt"), default=0)
    reopened = models.PositiveSmallIntegerField(_("số lần xem lại"), default=0)
    calendar = models.BigIntegerField(_("phiên bản lịch"), default=0)
    derivation = models.JSONField(_("cách tính hạn"), default=dict, blank=True)
    is_anonymous = models.BooleanField(_("không nêu tên"), default=False)
    people = models.PositiveSmallIntegerField(_("số người"), default=1)
    acted_on = models.DateField(_("ngày có hành vi, quyết định"), null=True, blank=True)
    place = models.CharField(_("nơi xảy ra"), max_length=300, blank=True)
    latitude = models.DecimalField(_("vĩ độ"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("kinh độ"), max_digits=8, decimal_places=5, null=True, blank=True)
    consents = models.BooleanField(_("đồng ý công khai"), default=False)
    published_at = models.DateTimeField(_("công khai lúc"), null=True, blank=True)
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("vụ việc")
        verbose_name_plural = _("vụ việc")
        indexes = [
            models.Index(fields=["id"], name="case_open", condition=Q(status__in=_OPEN)),
            models.Index(fields=["next_due_at"], name="case_open_by_due", condition=Q(status__in=_OPEN)),
            models.Index(fields=["answered_at"], name="case_by_answered", condition=Q(answered_at__isnull=False)),
            models.Index(fields=["unit", "next_due_at"], name="case_open_by_unit", condition=Q(status__in=_OPEN)),
            models.Index(
                fields=["passed_to", "next_due_at"],
                name="case_on_its_way",
                condition=Q(passed_to__isnull=False),
            ),
            models.Index(
                fields=["receiving_unit", "next_due_at"], name="case_open_by_receiver", condition=Q(status__in=_OPEN)
            ),
            models.Index(fields=["unit", "received_at"], name="case_by_received"),
            models.Index(
                fields=["-received_at", "-id"],
                name="case_reports_latest",
                condition=Q(kind=Kind.FIELD_REPORT.value, is_sealed=False, checked_at__isnull=False),
            ),
            models.Index(fields=["unit", "finished_at"], include=["due_at"], name="case_by_finished"),
            models.Index(fields=["-published_at"], name="case_published", condition=Q(published_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    Func(F("secret_hash"), function="octet_length", output_field=models.IntegerField()), 32
                ),
                name="case_secret_is_hashed",
            ),
            models.CheckConstraint(
                name="case_sealed_by_its_kind",
                condition=Q(is_sealed=True, kind__in=_SEALED) | (Q(is_sealed=False) & ~Q(kind__in=_SEALED)),
            ),
            models.CheckConstraint(
                name="case_sealed_says_nothing",
                condition=Q(is_sealed=False)
                | Q(place="", latitude=None, longitude=None, consents=False, published_at=None, acted_on=None),
            ),
            models.CheckConstraint(
                name="case_open_or_finished",
                condition=Q(status__in=_OPEN) | Q(finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_owes_something_while_open",
                condition=Q(status__in=_OPEN, next_due_at__isnull=False)
                | (~Q(status__in=_OPEN) & Q(next_due_at=None)),
            ),
            models.CheckConstraint(
                name="case_checked_unless_undecided",
                condition=Q(checked_at=None, status__in=sorted(UNDECIDED)) | Q(checked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_accepted_has_its_time",
                condition=Q(accepted_at=None, settle_due_at=None)
                | Q(accepted_at__isnull=False, settle_due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_finished_has_an_outcome",
                condition=Q(finished_at=None) | ~Q(outcome=""),
            ),
            models.CheckConstraint(name="case_due_after_received", condition=Q(due_at__gte=F("received_at"))),
            models.CheckConstraint(
                name="case_published_with_consent",
                condition=Q(published_at=None)
                | Q(consents=True, kind__in=["petition", "field_report", "question", "praise"]),
            ),
            models.CheckConstraint(
                name="case_place_on_the_map",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
            ),
            models.CheckConstraint(
                name="case_draft_while_answerable",
                condition=Q(draft=0) | Q(status__in=sorted(ANSWERABLE)),
            ),
            models.CheckConstraint(name="case_of_somebody", condition=Q(people__gte=1)),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("complaints:case", args=[self.code])

    @property
    def state(self) -> Status:
        return Status(self.status)

    @property
    def new_case(self) -> Kind:
        return Kind(self.kind)

    @property
    def channel_choice(self) -> Channel:
        return Channel(self.channel)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    def is_overdue(self, at: datetime) -> bool:
        return is_overdue(self, at)


class CaseEventQuerySet(models.QuerySet["CaseEvent"]):
    def in_order(self) -> Self:
        return self.order_by("case_id", "number")


def event_kinds() -> list[tuple[str, Any]]:
    """The choices of `CaseEvent.kind`. Called by name, so that a further kind is no change of the schema."""
    return [(one.value, label) for one, label in EVENT_LABELS.items()]


class CaseEvent(models.Model):
    """One act on a case. Rows are never changed or removed: triggers refuse UPDATE, DELETE and TRUNCATE.

    `data` holds what replay needs and the codes of grounds; never free text or personal data.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField(_("số"))
    kind = models.CharField(_("việc"), max_length=20, choices=event_kinds)
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12)
    at = models.DateTimeField(_("lúc"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, blank=True)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc đã làm")
        verbose_name_plural = _("nhật ký vụ việc")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_event_number_once")]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.number} {self.kind}"

    @property
    def act(self) -> EventKind:
        return EventKind(self.kind)


class CaseReading(models.Model):
    """Who opened whose case, when and for what page: append-only, like the events."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    page = models.CharField(max_length=40)
    is_of_secrets = models.BooleanField(default=False)
    """The sealed content itself was opened; the head of inspection sees each of these."""

    class Meta:
        verbose_name = _("lượt xem vụ việc")
        verbose_name_plural = _("lượt xem vụ việc")
        indexes = [
            models.Index(fields=["case", "-at"], name="case_reading_by_case"),
            models.Index(fields=["-at"], name="case_reading_of_secrets", condition=Q(is_of_secrets=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.case_id} · {self.page}"
