"""The reporter and the texts of a case: as plain rows, or, where the law keeps them secret, in sealed boxes alone.

A trigger refuses every plain row of a sealed case.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models.cases import Case
from files.models import FileState, StoredFile

LONGEST_TEXT = 20_000
"""Characters."""


class Reporter(models.Model):
    """Who sent a plain case. All fields may be empty where the case is anonymous."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="reporter")
    name = models.CharField(_("họ và tên"), max_length=200, blank=True)
    phone = models.CharField(_("số điện thoại"), max_length=20, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    id_number = models.CharField(_("số giấy tờ"), max_length=20, blank=True)
    language = models.CharField(max_length=2, default="vi")

    class Meta:
        verbose_name = _("người phản ánh")
        verbose_name_plural = _("người phản ánh")
        indexes = [
            models.Index(fields=["phone"], name="reporter_by_phone", condition=~Q(phone="")),
            models.Index(fields=["email"], name="reporter_by_email", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class TextSort(models.TextChoices):
    """What a text of a case is."""

    SUBJECT = "subject", _("Tiêu đề")
    CONTENT = "content", _("Nội dung")
    SUPPLEMENT = "supplement", _("Bổ sung của người gửi")
    REASON = "reason", _("Lý do")
    NOTE = "note", _("Ghi chú nội bộ")
    DRAFT = "draft", _("Dự thảo trả lời")
    ANSWER = "answer", _("Trả lời")
    REOPENING = "reopening", _("Đề nghị xem lại")


class CaseText(models.Model):
    """A text of a plain case: the reporter's, an office's reason for an act, a note, the answer.

    `event` is the number of the act they belong to; 0 for notes.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="texts")
    sort = models.CharField(max_length=10, choices=TextSort.choices)
    event = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(max_length=LONGEST_TEXT)
    at = models.DateTimeField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("lời trong vụ việc")
        verbose_name_plural = _("lời trong vụ việc")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["case", "sort"], name="case_text_by_sort")]
        constraints = [models.CheckConstraint(name="case_text_is_not_empty", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.sort}"


class SealedBox(models.Model):
    """Content of a sealed case, encrypted by `complaints.sealed.encryption`: the reporter (`reporter`), texts (sorts
    as `TextSort`), or a scan of handwriting (`scan`), whose `state` and `attempts` are as a `StoredFile`'s; an unfit
    one is empty. Read only through `complaints.sealed.opening`.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="boxes")
    what = models.CharField(max_length=10)
    event = models.PositiveSmallIntegerField(default=0)
    box = models.BinaryField()
    state = models.CharField(max_length=8, choices=FileState.choices, default=FileState.CLEAN)
    attempts = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("hộp niêm phong")
        verbose_name_plural = _("hộp niêm phong")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], name="sealed_checking", condition=Q(state="checking"))]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(what="reporter"), name="sealed_reporter_once"),
            models.CheckConstraint(name="sealed_words_need_no_check", condition=Q(what="scan") | Q(state="clean")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.what}"


class CaseHandler(models.Model):
    """Somebody named to handle a sealed case, from `since` until `until`. Nobody else learns that the case exists."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handlers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("người được giao tố cáo")
        verbose_name_plural = _("người được giao tố cáo")
        indexes = [models.Index(fields=["user", "case"], name="handler_by_user", condition=Q(until=None))]
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], condition=Q(until=None), name="handler_named_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.user_id}"


class CaseFile(models.Model):
    """A photograph or document of a plain case. `is_evidence`: shows what was done about it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    is_evidence = models.BooleanField(_("bằng chứng xử lý"), default=False)
    at = models.DateTimeField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("tệp của vụ việc")
        verbose_name_plural = _("tệp của vụ việc")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.stored_id}"


@dataclass(frozen=True, slots=True)
class Person:
    """Who sent a case; every field may be empty. `language` of the answer: "vi" or "en"."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    id_number: str = ""
    language: str = "vi"

    @property
    def is_known(self) -> bool:
        return bool(self.name.strip())
