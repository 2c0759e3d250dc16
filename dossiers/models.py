"""Dossiers, their append-only events, and what hangs on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, User
from dossiers.states import OPEN, RUNNING, WAITING, EventKind, Outcome, Status
from procedures.models import Offering, Procedure, ProcedureVersion, RequiredDocument
from units.models import Unit
from units.working_calendar import OFFICE_TIME

READING_ROLES = (
    Membership.Role.CLERK,
    Membership.Role.SPECIALIST,
    Membership.Role.LEADER,
    Membership.Role.OFFICIAL,
)

LONG_TEXTS = ("search", "name_folded", "rest_folded", "sort_key", "conditions", "legal_basis", "coordinating")

STATUS_LABELS = {
    Status.SUBMITTED: _("Mới nộp"),
    Status.ACCEPTED: _("Đã tiếp nhận"),
    Status.REFUSED: _("Không tiếp nhận"),
    Status.IN_PROCESS: _("Đang giải quyết"),
    Status.AWAITING_SUPPLEMENT: _("Chờ bổ sung"),
    Status.AWAITING_PAYMENT: _("Chờ nộp phí"),
    Status.WITHDRAWAL_ASKED: _("Xin rút hồ sơ"),
    Status.STOPPED: _("Dừng giải quyết"),
    Status.DONE: _("Đã có kết quả"),
    Status.RETURNED: _("Đã trả kết quả"),
}
EVENT_LABELS = {
    EventKind.SUBMITTED: pgettext_lazy("history", "Nộp hồ sơ"),
    EventKind.REGISTERED: pgettext_lazy("history", "Tiếp nhận hồ sơ"),
    EventKind.REFUSED: pgettext_lazy("history", "Từ chối tiếp nhận"),
    EventKind.STARTED: pgettext_lazy("history", "Bắt đầu giải quyết"),
    EventKind.HANDED_OVER: _("Chuyển hồ sơ"),
    EventKind.SUPPLEMENT_ASKED: _("Yêu cầu bổ sung giấy tờ"),
    EventKind.SUPPLEMENTED: _("Đã bổ sung, tính lại từ đầu"),
    EventKind.PAYMENT_ASKED: _("Yêu cầu nộp nghĩa vụ tài chính"),
    EventKind.PAID: _("Đã nộp, tính tiếp"),
    EventKind.WITHDRAWAL_ASKED: _("Người nộp xin rút"),
    EventKind.STOPPED: _("Dừng giải quyết"),
    EventKind.RESUMED: _("Giải quyết tiếp"),
    EventKind.FINISHED: _("Có kết quả"),
    EventKind.RETURNED: pgettext_lazy("history", "Trả kết quả"),
}


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: User) -> DossierQuerySet:
        """Dossiers taken in, handled or held by a unit this person works for. Administrators see none as such."""
        units = [unit.pk for unit in user.units_as(*READING_ROLES)]
        return self.filter(Q(desk__in=units) | Q(handler__in=units) | Q(holder__in=units))

    def with_papers(self) -> DossierQuerySet:
        """With `papers`: name, originals and copies of each paper taken in, by the same query."""
        papers = ReceivedDocument.objects.filter(dossier=OuterRef("pk"))
        listed = papers.values(row=JSONObject(name="name", originals="originals", copies="copies"))
        return self.annotate(papers=ArraySubquery(listed))

    def open(self) -> DossierQuerySet:
        return self.filter(status__in=OPEN)

    def running(self) -> DossierQuerySet:
        return self.filter(status__in=RUNNING)

    def waiting(self) -> DossierQuerySet:
        return self.filter(status__in=WAITING)

    def overdue(self, at: datetime) -> DossierQuerySet:
        """Clock running and the promised time already past; waiting dossiers are never overdue."""
        return self.running().filter(due_at__lt=at)

    def due_within(self, at: datetime, until: datetime) -> DossierQuerySet:
        """Clock running, not overdue at `at`, promised no later than `until`."""
        return self.running().filter(due_at__gte=at, due_at__lte=until)

    def resolved(self) -> DossierQuerySet:
        """Finished with a result, granted or declined; withdrawn, stopped and refused ones are counted apart."""
        return self.filter(finished_at__isnull=False, outcome__in=[Outcome.GRANTED, Outcome.DECLINED])

    def to_do_at(self, units: Iterable[Unit]) -> DossierQuerySet:
        """The work of these units: open dossiers they took in, handle or hold, and results their desks must hand out.

        One arm per partial index, so that the closed part of the register is never read.
        """
        ids = [unit.pk for unit in units]
        is_open = Q(status__in=sorted(OPEN))
        return self.filter(
            (is_open & Q(desk__in=ids))
            | (is_open & Q(handler__in=ids))
            | (is_open & Q(holder__in=ids))
            | Q(status=Status.DONE, desk__in=ids)
        )

    def for_list(self) -> DossierQuerySet:
        """Everything a list row prints, in one query; the long texts that no row prints stay where they are."""
        rows = self.select_related("version__procedure__field", "holder", "desk", "handler")
        return rows.defer("derivation", "note", *(f"version__{name}" for name in LONG_TEXTS))


class Dossier(models.Model):
    """One file of one applicant. Status, holder, dates and derivation are a cache of what its events say.

    `due_at` is what the slip promised (committed term), `statutory_due_at` what the law allows; both UTC. They are
    null only before acceptance, or when refused. `request_key` makes a repeated submit the same dossier.
    """

    class Intake(models.TextChoices):
        DESK = "desk", _("Trực tiếp")
        POST = "post", _("Bưu chính công ích")
        ONLINE = "online", _("Trực tuyến")

    class ApplicantKind(models.TextChoices):
        PERSON = "person", _("Cá nhân")
        ORGANISATION = "organisation", _("Tổ chức, doanh nghiệp")

    class Delivery(models.TextChoices):
        DESK = "desk", _("Tại quầy này")
        POST = "post", _("Qua bưu chính")
        ONLINE = "online", _("Bản điện tử")

    class FeeStatus(models.TextChoices):
        NONE = "none", _("Không thu")
        COLLECTED = "collected", _("Đã thu")
        LATER = "later", _("Thu khi trả kết quả")

    code = models.CharField(_("mã hồ sơ"), max_length=60, unique=True)
    secret = models.CharField(_("mã tra cứu"), max_length=12)
    request_key = models.UUIDField(unique=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="dossiers")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="dossiers")
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="dossiers")
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi nhận"))
    handler = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị giải quyết"))
    holder = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi đang giữ"))
    status = models.PositiveSmallIntegerField(_("tình trạng"), choices=[(s.value, STATUS_LABELS[s]) for s in Status])
    outcome = models.CharField(_("kết cục"), max_length=12, blank=True, choices=[(o.value, o.value) for o in Outcome])
    submitted_at = models.DateTimeField(_("nộp lúc"))
    received_at = models.DateTimeField(_("tiếp nhận lúc"), null=True, blank=True)
    due_at = models.DateTimeField(_("hẹn trả"), null=True, blank=True)
    statutory_due_at = models.DateTimeField(_("hạn theo quy định"), null=True, blank=True)
    derivation = models.JSONField(_("cách tính hẹn trả"), default=dict, blank=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    returned_at = models.DateTimeField(_("trả lúc"), null=True, blank=True)
    intake = models.CharField(_("cách nộp"), max_length=10, choices=Intake.choices, default=Intake.DESK)
    delivery = models.CharField(_("nhận kết quả"), max_length=10, choices=Delivery.choices, default=Delivery.DESK)
    fee_vnd = models.PositiveIntegerField(_("phí, lệ phí (đồng)"), default=0)
    fee_status = models.CharField(max_length=10, choices=FeeStatus.choices, default=FeeStatus.NONE)
    sets = models.PositiveSmallIntegerField(_("số bộ"), default=1)
    note = models.TextField(_("ghi chú nội bộ"), blank=True)
    applicant_kind = models.CharField(max_length=12, choices=ApplicantKind.choices, default=ApplicantKind.PERSON)
    applicant_name = models.CharField(_("họ và tên"), max_length=200)
    applicant_id = models.CharField(_("số căn cước hoặc mã số thuế"), max_length=20, blank=True)
    applicant_born_on = models.DateField(_("ngày sinh"), null=True, blank=True)
    applicant_address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    applicant_phone = models.CharField(_("số điện thoại"), max_length=20, blank=True)
    applicant_email = models.EmailField(_("thư điện tử"), blank=True)
    applicant_folded = models.CharField(max_length=200, editable=False, default="")
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("hồ sơ")
        verbose_name_plural = _("hồ sơ")
        indexes = [
            # Queues and "overdue now": only open rows, so the indexes stay small however long the register grows.
            models.Index(fields=["desk", "due_at"], name="dossier_open_by_desk", condition=Q(status__in=sorted(OPEN))),
            models.Index(
                fields=["holder", "due_at"], name="dossier_open_by_holder", condition=Q(status__in=sorted(OPEN))
            ),
            models.Index(
                fields=["handler", "due_at"], name="dossier_open_by_handler", condition=Q(status__in=sorted(OPEN))
            ),
            models.Index(
                fields=["desk", "finished_at"], name="dossier_ready_by_desk", condition=Q(status=Status.DONE)
            ),
            # Roll-up of one unit's day.
            models.Index(fields=["handler", "received_at"], name="dossier_by_received"),
            models.Index(fields=["handler", "finished_at"], include=["due_at"], name="dossier_by_finished"),
            models.Index(fields=["desk", "received_at"], name="dossier_desk_received"),
            models.Index(fields=["applicant_id"], name="dossier_by_applicant", condition=~Q(applicant_id="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("received_at")) | Q(due_at=None), name="dossier_due_after_received"
            ),
            models.CheckConstraint(
                condition=Q(statutory_due_at__gte=F("due_at")) | Q(due_at=None) | Q(statutory_due_at=None),
                name="dossier_promise_within_the_law",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=False, due_at__isnull=False)
                | Q(
                    received_at=None,
                    due_at=None,
                    status__in=[
                        Status.SUBMITTED,
                        Status.REFUSED,
                        Status.AWAITING_SUPPLEMENT,
                        Status.WITHDRAWAL_ASKED,
                    ],
                ),
                name="dossier_accepted_has_a_due_date",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=False, status__in=[Status.REFUSED, Status.DONE, Status.RETURNED])
                | (Q(finished_at=None) & Q(status__in=sorted(OPEN))),
                name="dossier_finished_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) ^ Q(status=Status.RETURNED), name="dossier_returned_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", status__in=[*sorted(OPEN), Status.REFUSED])
                | (~Q(outcome="") & Q(status__in=[Status.DONE, Status.RETURNED])),
                name="dossier_outcome_when_done",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("dossiers:dossier", args=[self.code])

    @property
    def state(self) -> Status:
        return Status(self.status)

    def is_read_by(self, user: User) -> bool:
        """What `visible_to` asks of the whole register, asked of this one file; no query once it is loaded."""
        places = [held.unit.path for held in user.current_memberships() if held.role in READING_ROLES]
        return any(unit.path.startswith(tuple(places)) for unit in (self.desk, self.handler, self.holder))

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def progress(self) -> tuple[str, str, str]:
        """Taken in, worked on, ready: each "d" (done), "n" (now) or "" (to come), for three small marks."""
        if self.state is Status.RETURNED:
            return ("d", "d", "d")
        if self.state is Status.DONE:
            return ("d", "d", "n")
        return ("n", "", "") if self.state in {Status.SUBMITTED, Status.ACCEPTED} else ("d", "n", "")


class EventQuerySet(models.QuerySet["DossierEvent"]):
    def in_order(self) -> EventQuerySet:
        return self.order_by("dossier_id", "number")


class DossierEvent(models.Model):
    """One act on a dossier. Rows are never changed or removed: triggers refuse UPDATE, DELETE and TRUNCATE.

    `data` holds what replay needs (terms, due date set by hand and why); never a person's particulars.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField(_("số"))
    kind = models.CharField(_("việc"), max_length=20, choices=[(k.value, EVENT_LABELS[k]) for k in EventKind])
    from_status = models.PositiveSmallIntegerField(null=True, blank=True)
    to_status = models.PositiveSmallIntegerField()
    at = models.DateTimeField(_("lúc"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("lý do"), blank=True)
    data = models.JSONField(default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc đã làm")
        verbose_name_plural = _("nhật ký xử lý")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="event_number_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}#{self.number} {self.kind}"


class ReceivedDocument(models.Model):
    """A paper taken in with the dossier, as printed in the slip's table."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="documents")
    required = models.ForeignKey(RequiredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=500)
    originals = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("giấy tờ đã nhận")
        verbose_name_plural = _("giấy tờ đã nhận")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["dossier", "position"], name="received_position_once")]

    def __str__(self) -> str:
        return self.name


class DossierReading(models.Model):
    """Who opened whose file, when and for what page: append-only, like the events."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    page = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("lượt xem hồ sơ")
        verbose_name_plural = _("lượt xem hồ sơ")
        indexes = [models.Index(fields=["dossier", "-at"], name="reading_by_dossier")]

    def __str__(self) -> str:
        return f"{self.user} · {self.dossier} · {self.page}"


class StaleDay(models.Model):
    """A mark that (handler, local day) must be counted anew; written with the change that made it stale.

    Plain inserts without a unique key: marking never waits for another clerk, and a mark made while a recount is
    running is a row of its own that the next recount finds.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        verbose_name = _("ngày cần đếm lại")
        verbose_name_plural = _("ngày cần đếm lại")

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class ReturnRecord(models.Model):
    """Who received the result, by what means and when: what a result may not be handed out without."""

    class Method(models.TextChoices):
        DESK = "desk", _("Nhận tại quầy")
        POST = "post", _("Qua bưu chính")
        ONLINE = "online", _("Bản điện tử")

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="return_record")
    receiver_name = models.CharField(_("người nhận"), max_length=200)
    receiver_id = models.CharField(_("giấy tờ người nhận"), max_length=20, blank=True)
    method = models.CharField(_("cách nhận"), max_length=10, choices=Method.choices)
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("lượt trả kết quả")
        verbose_name_plural = _("lượt trả kết quả")
        constraints = [models.CheckConstraint(condition=~Q(receiver_name=""), name="return_has_a_receiver")]

    def __str__(self) -> str:
        return f"{self.dossier} · {self.get_method_display()}"


class LookupTry(models.Model):
    """The times at which one visitor last tried the public look-up. The visitor is a keyed hash, not an address."""

    visitor = models.CharField(max_length=64, unique=True)
    times = ArrayField(models.DateTimeField())
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("lượt tra cứu")
        verbose_name_plural = _("lượt tra cứu")

    def __str__(self) -> str:
        return f"{self.last_at} × {len(self.times)}"


def local_day(at: datetime) -> date:
    """The calendar day of an instant in Hanoi."""
    return at.astimezone(OFFICE_TIME).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First instant of a local day and of the next one."""
    start = datetime.combine(day, time.min, tzinfo=OFFICE_TIME)
    return start, start + timedelta(days=1)
