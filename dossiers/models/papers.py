"""Records of handed-out results."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier


class ReturnRecord(models.Model):
    """Who received the result, by what means and when; no result is handed out without this record."""

    class Method(models.TextChoices):
        DESK = "desk", _("Nhận tại quầy")
        POST = "post", _("Qua bưu chính")
        ONLINE = "online", _("Bản điện tử")

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="return_record")
    receiver_name = models.CharField(_("người nhận"), max_length=200)
    receiver_id = models.CharField(_("giấy tờ người nhận"), max_length=20, blank=True)
    method = models.CharField(_("cách nhận"), max_length=10, choices=Method.choices)
    at = models.DateTimeField(_("lúc"))
    proxy_paper = models.CharField(_("giấy ủy quyền"), max_length=200, blank=True)
    identity_checked = models.BooleanField(_("đã đối chiếu giấy tờ tùy thân"), default=False)
    post_number = models.CharField(_("số hiệu bưu gửi"), max_length=40, blank=True)
    originals = models.TextField(_("giấy tờ gốc trả lại"), blank=True)

    class Meta:
        verbose_name = _("lượt trả kết quả")
        verbose_name_plural = _("lượt trả kết quả")
        constraints = [models.CheckConstraint(condition=~Q(receiver_name=""), name="return_has_a_receiver")]

    def __str__(self) -> str:
        return f"{self.dossier} · {self.get_method_display()}"
