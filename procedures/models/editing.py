"""Editing of the catalogue: drafts, updates from files, publications, and the change log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, Self

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from procedures.models.catalogue import Procedure, ProcedureVersion

# Parts of a draft's content that are not columns of a version.
PARTS: Final = {
    "papers": _("thành phần hồ sơ"),
    "steps": _("trình tự thực hiện"),
    "ways": _("cách thức nộp"),
    "process": _("quy trình nội bộ"),
    "committed": _("thời hạn cam kết"),
    "offers": _("nơi nhận"),
}
LONG: Final = 200  # characters; the change log folds longer values


class DraftQuerySet(models.QuerySet["ProcedureDraft"]):
    def open(self) -> Self:
        """Drafts that can still be published."""
        return self.filter(status__in=ProcedureDraft.OPEN)


class ProcedureDraft(models.Model):
    """A draft of the next version of a procedure, of its end, or of its offices; published by another person than its
    author.

    `content` has the shape of `versions.content`, for offices that of `versions.offices`, for an end it is empty.
    `decided_on` is the local day on which the decision was signed; it has to be public within five working days
    (Decree 63/2010/ND-CP, article 24.2). `edition` grows with every change of the draft, so that a page can post back
    which one it showed.
    """

    class Kind(models.TextChoices):
        VERSION = "version", _("Phiên bản mới")
        WITHDRAWAL = "withdrawal", _("Bãi bỏ")
        OFFICES = "offices", _("Nơi nhận")

    class Status(models.TextChoices):
        WRITING = "writing", _("Đang soạn")
        SUBMITTED = "submitted", _("Chờ duyệt")
        PUBLISHED = "published", _("Đã công bố")
        DROPPED = "dropped", _("Đã bỏ")

    OPEN: Final = (Status.WRITING, Status.SUBMITTED)

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="drafts", verbose_name=_("thủ tục"))
    kind = models.CharField(_("việc"), max_length=10, choices=Kind, default=Kind.VERSION)
    status = models.CharField(_("trạng thái"), max_length=9, choices=Status, default=Status.WRITING)
    content = models.JSONField(_("nội dung"), default=dict)
    edition = models.PositiveIntegerField(_("lần sửa"), default=1)
    decision = models.CharField(_("quyết định công bố"), max_length=200, blank=True)
    decided_on = models.DateField(_("ngày ký quyết định"), null=True, blank=True)
    valid_from = models.DateField(_("áp dụng từ ngày"), null=True, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("người soạn"))
    created_at = models.DateTimeField(_("soạn lúc"))
    submitted_at = models.DateTimeField(_("gửi duyệt lúc"), null=True)
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("người duyệt"))
    published_at = models.DateTimeField(_("công bố lúc"), null=True)
    sent_back_at = models.DateTimeField(_("trả lại lúc"), null=True)
    sent_back_why = models.CharField(_("lý do trả lại"), max_length=1000, blank=True)
    dropped_at = models.DateTimeField(_("bỏ lúc"), null=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("dự thảo thủ tục")
        verbose_name_plural = _("dự thảo thủ tục")
        constraints = [
            models.CheckConstraint(
                name="procedure_draft_two_people", condition=Q(reviewer=None) | ~Q(reviewer=F("author"))
            ),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(status__in=["writing", "submitted"]),
                name="procedure_draft_one_open",
            ),
            models.CheckConstraint(
                name="procedure_draft_published_whole",
                condition=~Q(status="published") & Q(published_at=None)
                | Q(
                    status="published",
                    reviewer__isnull=False,
                    submitted_at__isnull=False,
                    published_at__isnull=False,
                    decided_on__isnull=False,
                    valid_from__isnull=False,
                )
                & ~Q(decision=""),
            ),
            models.CheckConstraint(
                name="procedure_draft_sent_back_with_why",
                condition=Q(sent_back_at=None, sent_back_why="")
                | Q(sent_back_at__isnull=False, reviewer__isnull=False) & ~Q(sent_back_why=""),
            ),
            models.CheckConstraint(
                name="procedure_draft_dropped_whole",
                condition=Q(status="dropped", dropped_at__isnull=False)
                | ~Q(status="dropped") & Q(dropped_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.procedure}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


class CatalogueUpdate(models.Model):
    """A file of the national database that one editor uploads and another applies; undone only as a whole.

    `records` are those of the file, packed by `national.comparison`, until the update is decided; `unread` names the
    parts of the file without records: `{"sheets": […], "columns": […]}`. `sha256` is that of the file. Updates without
    an `approver` were applied before two people were required.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Chờ duyệt")
        APPLIED = "applied", _("Đã áp dụng")
        DROPPED = "dropped", _("Đã bỏ")
        UNDONE = "undone", _("Đã hoàn tác")

    file_name = models.CharField(_("tệp"), max_length=200)
    sha256 = models.CharField(max_length=64)
    records = models.BinaryField(null=True)
    unread: Any = models.JSONField(default=dict)
    level = models.CharField(_("cấp của thủ tục mới"), max_length=20, blank=True)
    decision = models.CharField(_("quyết định công bố"), max_length=200, blank=True)
    decided_on = models.DateField(_("ngày ký quyết định"), null=True)
    valid_from = models.DateField(_("áp dụng từ ngày"))
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("người nạp"))
    created_at = models.DateTimeField(_("nạp lúc"))
    applied_at = models.DateTimeField(_("áp dụng lúc"), null=True)
    approver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("người duyệt"))
    dropped_at = models.DateTimeField(_("bỏ lúc"), null=True)
    dropped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("người bỏ"))
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("người hoàn tác"))

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("lượt cập nhật danh mục")
        verbose_name_plural = _("lượt cập nhật danh mục")
        constraints = [
            models.CheckConstraint(
                name="catalogue_update_two_people", condition=Q(approver=None) | ~Q(approver=F("author"))
            ),
            models.CheckConstraint(
                name="catalogue_update_applied_first",
                condition=Q(applied_at__isnull=False) | Q(approver=None, undone_at=None),
            ),
            models.CheckConstraint(
                name="catalogue_update_waits_with_records",
                condition=Q(records=None) | Q(applied_at=None, dropped_at=None),
            ),
            models.CheckConstraint(
                name="catalogue_update_dropped_whole",
                condition=Q(dropped_at=None, dropped_by=None)
                | Q(dropped_at__isnull=False, dropped_by__isnull=False, applied_at=None),
            ),
            models.CheckConstraint(
                name="catalogue_update_undone_whole",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(applied_at=None, dropped_at=None),
                name="catalogue_update_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def status(self) -> CatalogueUpdate.Status:
        if self.undone_at:
            return self.Status.UNDONE
        if self.dropped_at:
            return self.Status.DROPPED
        return self.Status.APPLIED if self.applied_at else self.Status.WAITING


class Publication(models.Model):
    """One change of what is in force, by a draft or by an update, with what is needed to take it back.

    `before` has the previous values: `{"version": [id, upper | null] | null, "offerings": [[id, upper | null, amount |
    null, unit], …], "made": [offering ids]}`, days as ISO texts.
    """

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="publications")
    version = models.OneToOneField(ProcedureVersion, models.SET_NULL, null=True, related_name="publication")
    kind = models.CharField(max_length=10, choices=ProcedureDraft.Kind)
    draft = models.OneToOneField(ProcedureDraft, models.PROTECT, null=True, related_name="publication")
    update = models.ForeignKey(CatalogueUpdate, models.PROTECT, null=True, related_name="publications")
    decision = models.CharField(_("quyết định công bố"), max_length=200)
    decided_on = models.DateField(_("ngày ký quyết định"), null=True)
    valid_from = models.DateField(_("áp dụng từ ngày"))
    published_at = models.DateTimeField(_("công bố lúc"))
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    before: Any = models.JSONField()
    taken_back_at = models.DateTimeField(_("thu hồi lúc"), null=True)
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    taken_back_why = models.CharField(_("lý do thu hồi"), max_length=1000, blank=True)

    class Meta:
        ordering = ["-published_at", "-id"]
        verbose_name = _("lần công bố")
        verbose_name_plural = _("lần công bố")
        constraints = [
            models.CheckConstraint(
                name="publication_by_draft_or_update",
                condition=Q(draft__isnull=False, update=None) | Q(draft=None, update__isnull=False),
            ),
            models.CheckConstraint(
                name="publication_taken_back_whole",
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} · {self.valid_from}"


class ChangedValue(NamedTuple):
    """One column of a changed row; empty where there was no value."""

    name: str
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        return len(self.before) + len(self.after) > LONG


class CatalogueChange(models.Model):
    """A row of the catalogue that was added, changed or deleted; written by triggers, never changed.

    `before` and `after` have the columns that differ. Without an `actor` the portal itself made the change, as in a
    load.
    """

    class Operation(models.TextChoices):
        INSERT = "INSERT", _("thêm")
        UPDATE = "UPDATE", _("sửa")
        DELETE = "DELETE", _("xóa")

    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    procedure = models.ForeignKey(Procedure, models.DO_NOTHING, null=True, db_constraint=False, related_name="changes")
    table = models.CharField(max_length=60)
    row = models.BigIntegerField()
    operation = models.CharField(max_length=6, choices=Operation)
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("thay đổi của danh mục")
        verbose_name_plural = _("thay đổi của danh mục")

    def __str__(self) -> str:
        return f"{self.operation} {self.table} {self.row}"

    @property
    def table_words(self) -> str:
        """The name of the row's table on pages."""
        return str(self._model._meta.verbose_name)

    @property
    def values(self) -> list[ChangedValue]:
        """The old and new value of each column, named as on pages; of an added or deleted row only those that are not
        empty."""
        names = {field.column: str(field.verbose_name) for field in self._model._meta.concrete_fields}
        was, now = self.before or {}, self.after or {}
        pairs = [(names.get(key, key), was.get(key), now.get(key)) for key in {**was, **now} if key != "id"]
        return [value for name, *pair in pairs for value in _values(name, *pair) if value.before or value.after]

    @property
    def _model(self) -> type[models.Model]:
        return apps.get_model(self.table.replace("_", ".", 1))


def _values(name: str, was: Any, now: Any) -> Iterator[ChangedValue]:
    """Splits a value that has parts; only the parts that differ."""
    if not isinstance(was, dict) and not isinstance(now, dict):
        yield ChangedValue(name, _as_text(was), _as_text(now))
        return
    old, new = (one if isinstance(one, dict) else {} for one in (was, now))
    names = {field.name: field.verbose_name for field in ProcedureVersion._meta.concrete_fields} | PARTS
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            yield ChangedValue(f"{name}: {names.get(key, key)}", _as_text(old.get(key)), _as_text(new.get(key)))


def _as_text(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return gettext("có") if value else gettext("không")
    return str(value) if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)
