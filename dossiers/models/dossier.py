"""Dossiers, their querysets and the papers received with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import JSONObject
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User, name_of
from dossiers.clock.overdue import is_overdue, overdue
from dossiers.clock.states import OPEN, RUNNING, WAITING, Outcome, Status
from dossiers.models.labels import LONG_TEXTS, READING_ROLES, STATUS_LABELS, LateCause
from dossiers.models.look_ups import NAME, OPEN_SPAN, PHONE
from procedures.models import Offering, Procedure, ProcedureVersion, RequiredDocument
from units.models import Unit

MOST_SECONDS: Final = 1800
"""Longer registrations are not recorded: the clerk was away from the page."""


def _rows(name: str) -> models.QuerySet[Any]:
    """All rows of a model defined in a later module that points at `Dossier`."""
    rows: models.QuerySet[Any] = apps.get_model("dossiers", name)._default_manager.all()
    return rows


def _is_one_of(rows: models.QuerySet[Any]) -> Func:
    """Condition: one of `rows` belongs to the dossier. `= ANY(ARRAY(…))` lets PostgreSQL use the primary key."""
    found = Func(ArraySubquery(rows.order_by().values("dossier")), function="ANY")
    return Func(F("pk"), found, arg_joiner=" = ", template="(%(expressions)s)", output_field=models.BooleanField())


def _reading_units(user: User) -> list[int]:
    """Returns the units whose files this person may read, with the units they succeeded: applicants still bring slips
    of those. No query once the memberships are loaded."""
    return user.unit_ids_with_papers(*READING_ROLES)


def _reading_paths(user: User) -> tuple[str, ...]:
    """The same units as paths, each standing for its whole subtree; no query once the memberships are loaded."""
    own = (held.unit.path for held in user.current_memberships() if held.role in READING_ROLES)
    return (*own, *user.continued_as(*READING_ROLES).values())


def reads_at(user: User, units: Iterable[Any]) -> bool:
    """Whether this person may read files of one of `units` (objects with `path`); no query once memberships are
    loaded."""
    places = _reading_paths(user)
    return any(unit.path.startswith(places) for unit in units)


def _worked_on_at(units: list[int]) -> Q:
    legs = _rows("DossierLeg").filter(dossier=OuterRef("pk"), unit__in=units, handed_over_at__isnull=False)
    return Q(desk__in=units) | Q(handler__in=units) | Q(holder__in=units) | Q(Exists(legs))


class DossierQuerySet(models.QuerySet["Dossier"]):
    def worked_on_by(self, user: User) -> DossierQuerySet:
        """Dossiers that a unit of this person received, handles, holds or had a leg of. Only of these may the person
        see the applicant."""
        return self.filter(_worked_on_at(_reading_units(user)))

    def visible_to(self, user: User) -> DossierQuerySet:
        """Dossiers `worked_on_by` this person, and open ones that an office of theirs is consulted about.

        A consulted office reads the question, never the applicant's particulars. The administrator role alone gives
        access to none.
        """
        units = _reading_units(user)
        asked = _rows("Consultation").filter(dossier=OuterRef("pk"), office__in=units)
        return self.filter(_worked_on_at(units) | (Q(status__in=sorted(OPEN)) & Exists(asked)))

    def with_papers(self) -> DossierQuerySet:
        """Annotates `papers`: name, originals and copies of each received paper."""
        papers = ReceivedDocument.objects.filter(dossier=OuterRef("pk"))
        listed = papers.values(row=JSONObject(name="name", originals="originals", copies="copies"))
        return self.annotate(papers=ArraySubquery(listed))

    def with_renewals(self) -> DossierQuerySet:
        """Annotates `renewals`: number `n` and time `at` of each later version of the receipt."""
        receipts = _rows("Slip").filter(dossier=OuterRef("pk"), form="receipt", version__gt=1).order_by("version")
        return self.annotate(renewals=ArraySubquery(receipts.values(row=JSONObject(n="version", at="issued_at"))))

    def with_notes(self) -> DossierQuerySet:
        """Annotates `notes`: text, author and time of each staff note, the oldest first."""
        notes = _rows("StaffNote").filter(dossier=OuterRef("pk")).order_by("at", "pk")
        return self.annotate(
            notes=ArraySubquery(notes.values(row=JSONObject(text="text", author=name_of("author"), at="at")))
        )

    def with_slips(self) -> DossierQuerySet:
        """Annotates `issued`: form, number, version and times of each slip, the oldest first."""
        slips = _rows("Slip").filter(dossier=OuterRef("pk")).order_by("issued_at", "pk")
        names = ("pk", "form", "number", "version", "issued_at", "replaced_at")
        return self.annotate(issued=ArraySubquery(slips.values(row=JSONObject(**{name: name for name in names}))))

    def open(self) -> DossierQuerySet:
        return self.filter(status__in=OPEN)

    def running(self) -> DossierQuerySet:
        return self.filter(status__in=RUNNING)

    def waiting(self) -> DossierQuerySet:
        return self.filter(status__in=WAITING)

    def overdue(self, at: datetime) -> DossierQuerySet:
        """The clock runs and the promised time is past; defined in `dossiers.clock.overdue`."""
        return self.filter(overdue(at))

    def due_within(self, at: datetime, until: datetime) -> DossierQuerySet:
        """The clock runs and the promised time lies from `at` to `until`, both included."""
        return self.running().filter(due_at__gte=at, due_at__lte=until)

    def resolved(self) -> DossierQuerySet:
        """Finished with a result, granted or declined; withdrawn, stopped and refused dossiers are not results."""
        return self.filter(finished_at__isnull=False, outcome__in=[Outcome.GRANTED, Outcome.DECLINED])

    def to_do_at(self, ids: list[int]) -> DossierQuerySet:
        """Work of the units with these keys: open dossiers they received, handle, hold, have in hand, are about to
        receive or are consulted about, and results that their desks must hand out.

        One condition per partial index: PostgreSQL never reads the closed dossiers.
        """
        legs = _rows("DossierLeg").filter(unit__in=ids, skipped=False)
        in_hand = legs.filter(accepted_at__isnull=False, finished_at=None)
        on_the_way = legs.filter(handed_over_at__isnull=False, accepted_at=None)
        asked = _rows("Consultation").filter(office__in=ids, answered_at=None)
        theirs = Q(desk__in=ids) | Q(handler__in=ids) | Q(holder__in=ids)
        theirs |= Q(_is_one_of(in_hand)) | Q(_is_one_of(on_the_way)) | Q(_is_one_of(asked))
        return self.filter((Q(status__in=sorted(OPEN)) & theirs) | Q(status=Status.DONE, desk__in=ids))

    def for_list(self) -> DossierQuerySet:
        """Joins everything a list row prints and defers the long texts that no row prints."""
        rows = self.select_related("version__procedure__field", "holder", "desk", "handler", "late_unit")
        return rows.defer("derivation", "note", *(f"version__{name}" for name in LONG_TEXTS))


class Dossier(models.Model):
    """One dossier of one applicant. The columns in `clock.replay.CACHED` are computed from its events.

    `due_at` is the date promised on the slip (committed term), `statutory_due_at` the limit of the law; both UTC, null
    only before acceptance or when refused. `new_due_at` is the date of a re-appointment; on time or late is still
    decided by `due_at`. `desk` serves the dossier now, `receiving_desk` received it and never changes. A repeated
    submit carries the same `request_key`. `secret_hash` is None until a receipt with a secret is printed; what opened
    the dossier (links, browsers) is signed over `link_key` and ends when that changes. `counter_seconds`: from the
    first input to registration, where measured.
    """

    class Intake(models.TextChoices):
        DESK = "desk", _("Trực tiếp")
        POST = "post", _("Bưu chính công ích")
        ONLINE = "online", _("Trực tuyến")

    class ApplicantKind(models.TextChoices):
        PERSON = "person", _("Cá nhân")
        FOREIGNER = "foreigner", _("Người nước ngoài")
        ORGANISATION = "organisation", _("Tổ chức, doanh nghiệp")

    class Delivery(models.TextChoices):
        DESK = "desk", _("Tại quầy này")
        POST = "post", _("Qua bưu chính")
        ONLINE = "online", _("Bản điện tử")

    class FeeStatus(models.TextChoices):
        NONE = "none", _("Không thu")
        COLLECTED = "collected", _("Đã thu")
        LATER = "later", _("Thu khi trả kết quả")
        WAIVED = "waived", _("Miễn")

    code = models.CharField(_("mã hồ sơ"), max_length=60, unique=True)
    secret_hash = models.BinaryField(_("mã tra cứu, đã băm"), max_length=32, null=True, editable=False)
    link_key = models.UUIDField(db_default=RandomUUID(), editable=False)
    request_key = models.UUIDField(unique=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="dossiers")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="dossiers")
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="dossiers")
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi nhận"))
    handler = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị giải quyết"))
    holder = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi đang giữ"))
    receiving_desk = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi tiếp nhận ban đầu")
    )
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người xử lý")
    )
    status = models.PositiveSmallIntegerField(_("tình trạng"), choices=[(s.value, STATUS_LABELS[s]) for s in Status])
    outcome = models.CharField(_("kết cục"), max_length=12, blank=True, choices=[(o.value, o.value) for o in Outcome])
    submitted_at = models.DateTimeField(_("nộp lúc"))
    received_at = models.DateTimeField(_("tiếp nhận lúc"), null=True, blank=True)
    due_at = models.DateTimeField(_("hẹn trả"), null=True, blank=True)
    statutory_due_at = models.DateTimeField(_("hạn theo quy định"), null=True, blank=True)
    new_due_at = models.DateTimeField(_("hẹn lại"), null=True, blank=True)
    is_late_apology = models.BooleanField(_("xin lỗi muộn"), default=False)
    late_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị làm trễ")
    )
    late_cause = models.CharField(_("nguyên nhân trễ"), max_length=20, blank=True, choices=LateCause.choices)
    supplements = models.PositiveSmallIntegerField(_("số lần yêu cầu bổ sung"), default=0)
    calendar = models.BigIntegerField(_("phiên bản lịch"), default=0)
    book_year = models.PositiveSmallIntegerField(_("quyển sổ"), null=True, blank=True)
    book_number = models.PositiveIntegerField(_("số thứ tự trong sổ"), null=True, blank=True)
    derivation = models.JSONField(_("cách tính hẹn trả"), default=dict, blank=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    returned_at = models.DateTimeField(_("trả lúc"), null=True, blank=True)
    intake = models.CharField(_("cách nộp"), max_length=10, choices=Intake.choices, default=Intake.DESK)
    delivery = models.CharField(_("nhận kết quả"), max_length=10, choices=Delivery.choices, default=Delivery.DESK)
    fee_vnd = models.PositiveIntegerField(_("phí, lệ phí (đồng)"), default=0)
    fee_status = models.CharField(max_length=10, choices=FeeStatus.choices, default=FeeStatus.NONE)
    waiver_ground = models.CharField(_("căn cứ miễn"), max_length=300, blank=True)
    sets = models.PositiveSmallIntegerField(_("số bộ"), default=1)
    note = models.TextField(_("ghi chú nội bộ"), blank=True)
    applicant_kind = models.CharField(max_length=12, choices=ApplicantKind.choices, default=ApplicantKind.PERSON)
    applicant_name = models.CharField(_("họ và tên"), max_length=200)
    applicant_id = models.CharField(_("số căn cước, hộ chiếu hoặc mã số thuế"), max_length=20, blank=True)
    applicant_nationality = models.CharField(_("quốc tịch"), max_length=60, blank=True, default="", db_default="")
    applicant_born_on = models.DateField(_("ngày sinh"), null=True, blank=True)
    applicant_address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    applicant_phone = models.CharField(_("số điện thoại"), max_length=20, blank=True)
    applicant_email = models.EmailField(_("thư điện tử"), blank=True)
    applicant_folded = models.CharField(max_length=200, editable=False, default="")
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    counter_seconds = models.PositiveSmallIntegerField(_("số giây tại quầy"), null=True, blank=True)

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
            # Who answers for what was late in a month.
            models.Index(
                fields=["late_unit", "finished_at"],
                include=["late_cause"],
                name="dossier_late_by_unit",
                condition=Q(late_unit__isnull=False),
            ),
            GistIndex(OPEN_SPAN, name="dossier_open_span"),
            models.Index(fields=["desk", "received_at"], name="dossier_desk_received"),
            # Looking for a person's dossiers, the latest first.
            models.Index(fields=["applicant_id"], name="dossier_by_applicant", condition=~Q(applicant_id="")),
            GinIndex(NAME, name="dossier_by_name"),
            models.Index(OpClass(PHONE, name="text_pattern_ops"), name="dossier_by_phone"),
            models.Index(F("submitted_at").desc(), F("id").desc(), name="dossier_by_submitted"),
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
                )
                | Q(
                    received_at=None,
                    due_at=None,
                    status__in=[Status.DONE, Status.RETURNED],
                    outcome=Outcome.WITHDRAWN,
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
                condition=Q(book_year=None, book_number=None, received_at=None)
                | Q(book_year__isnull=False, book_number__isnull=False, received_at__isnull=False),
                name="dossier_accepted_is_in_the_book",
            ),
            models.UniqueConstraint(
                fields=["receiving_desk", "book_year", "book_number"], name="dossier_book_number_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", status__in=[*sorted(OPEN), Status.REFUSED])
                | (~Q(outcome="") & Q(status__in=[Status.DONE, Status.RETURNED])),
                name="dossier_outcome_when_done",
            ),
            models.CheckConstraint(
                condition=Q(applicant_nationality="") | Q(applicant_kind="foreigner"),
                name="dossier_nationality_of_a_foreigner",
            ),
            models.CheckConstraint(
                condition=Q(fee_status="waived") & ~Q(waiver_ground="")
                | ~Q(fee_status="waived") & Q(waiver_ground=""),
                name="dossier_waiver_has_its_ground",
            ),
            models.CheckConstraint(
                condition=Q(counter_seconds=None) | Q(counter_seconds__gte=1, counter_seconds__lte=MOST_SECONDS),
                name="dossier_counter_seconds_make_sense",
            ),
            models.CheckConstraint(
                condition=Exact(
                    Func(F("secret_hash"), function="octet_length", output_field=models.IntegerField()), 32
                ),
                name="dossier_secret_is_hashed",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("dossiers:dossier", args=[self.code])

    @property
    def state(self) -> Status:
        return Status(self.status)

    def is_worked_on_by(self, user: User, legs: Iterable[Any] | None = None) -> bool:
        """The rule of `DossierQuerySet.worked_on_by` for this dossier. Queries only its legs, and those not where they
        are given as `legs` with their units."""
        if reads_at(user, (self.desk, self.handler, self.holder)):
            return True
        if legs is None:
            legs = _rows("DossierLeg").filter(dossier=self).select_related("unit")
        return reads_at(user, (leg.unit for leg in legs if leg.handed_over_at))

    def is_read_by(self, user: User) -> bool:
        """The rule of `DossierQuerySet.visible_to` for this dossier."""
        if self.is_worked_on_by(user):
            return True
        asked = _rows("Consultation").filter(dossier=self, dossier__status__in=sorted(OPEN))
        return any(path.startswith(_reading_paths(user)) for path in asked.values_list("office__path", flat=True))

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    def is_overdue(self, at: datetime) -> bool:
        return is_overdue(self, at)

    @property
    def late_unit_name(self) -> str:
        """The office responsible for the lateness; one query unless `late_unit` was joined."""
        return self.late_unit.name if self.late_unit else ""


class ReceivedDocument(models.Model):
    """A paper received with the dossier, as printed in the slip's table."""

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
