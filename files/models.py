"""Uploaded files. Dossiers and complaints point at them; this app imports neither."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from files.kinds import Kind
from files.wording import hindrance, size_words

SHA256 = r"^[0-9a-f]{64}$"
STORAGE_NAME = r"^[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}$"


class FileState(models.TextChoices):
    CHECKING = "checking", _("đang kiểm tra")
    CLEAN = "clean", _("đọc được")
    UNFIT = "unfit", _("không mở được")


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def checking(self) -> StoredFileQuerySet:
        """Files that wait for their cleaning."""
        return self.filter(state=FileState.CHECKING)

    def stored_as(self, names: list[str]) -> StoredFileQuerySet:
        return self.filter(storage_name__in=names)


class StoredFile(models.Model):
    """An uploaded file. `storage_name` is its place in the storage and nothing more.

    Until a worker has cleaned it (`state` "checking") all columns are of the file as uploaded, and nobody can read it.
    From then on the row never changes: `sha256`, `size` and `pages` are of the cleaned file, `sent_sha256` of the
    upload. An unfit file has no bytes any more; `fault` and `facts` say why. `attempts` are counted before each
    cleaning. `pixels` of all pages; None for a document. The pages of a Word document are those its program counted, 1
    where it did not.
    """

    class Kinds(models.TextChoices):
        PDF = Kind.PDF.value, "PDF"
        JPEG = Kind.JPEG.value, "JPEG"
        PNG = Kind.PNG.value, "PNG"
        TIFF = Kind.TIFF.value, "TIFF"
        DOCX = Kind.DOCX.value, "Word"

    state = models.CharField(_("tình trạng"), max_length=8, choices=FileState.choices, default=FileState.CHECKING)
    storage_name = models.CharField(max_length=40, unique=True)
    sha256 = models.CharField(max_length=64)
    sent_sha256 = models.CharField(max_length=64, blank=True)
    kind = models.CharField(_("loại"), max_length=4, choices=Kinds.choices)
    size = models.PositiveIntegerField(_("cỡ"))
    pages = models.PositiveSmallIntegerField(_("số trang"))
    pixels = models.PositiveIntegerField(_("số điểm ảnh"), null=True, blank=True)
    name = models.CharField(_("tên tệp"), max_length=130)
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người gửi")
    )
    uploaded_at = models.DateTimeField(_("gửi lúc"))
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=30, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("tệp đã lưu")
        verbose_name_plural = _("tệp đã lưu")
        indexes = [models.Index(fields=["uploaded_at"], name="file_checking", condition=Q(state="checking"))]
        constraints = [
            models.CheckConstraint(
                name="file_unfit_for_a_fault",
                condition=Q(state="unfit") & ~Q(fault="") | Q(state__in=["checking", "clean"], fault=""),
            ),
            models.CheckConstraint(name="file_sha256_is_one", condition=Q(sha256__regex=SHA256)),
            models.CheckConstraint(name="file_lies_in_the_store", condition=Q(storage_name__regex=STORAGE_NAME)),
            models.CheckConstraint(name="file_is_not_empty", condition=Q(size__gt=0, pages__gt=0) & ~Q(name="")),
            models.CheckConstraint(
                name="file_pixels_of_pictures",
                condition=Q(kind__in=[Kind.PDF.value, Kind.DOCX.value], pixels=None)
                | Q(kind__in=[Kind.JPEG.value, Kind.PNG.value, Kind.TIFF.value], pixels__isnull=False, pixels__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def size_words(self) -> str:
        return size_words(self.size)

    @property
    def hindrance(self) -> str:
        """Why nobody can read it, or not yet; empty for a clean file."""
        return hindrance(self.state, self.fault, self.facts)
