"""The outbox for administrators: what was issued, and what could not be sent. Nothing is edited here; a person may
only have sent again what the portal gave up or does not know about."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.models import Delivery, Notice, NoticeQuerySet
from notices.sending.actions import send_again
from units.look_only import LookOnly


class DeliveryFilter(admin.SimpleListFilter):
    title = _("tình trạng gửi")
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in Delivery]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        state = self.value()
        if state not in Delivery.values:
            return queryset
        assert isinstance(queryset, NoticeQuerySet)
        return queryset.in_state(Delivery(state), timezone.now())


@admin.register(Notice)
class NoticeAdmin(LookOnly, admin.ModelAdmin[Notice]):
    list_display = ("__str__", "recipient", "unit", "way", "created_at", "delivery", "attempts", "last_error")
    list_select_related = ("recipient", "unit")
    list_filter = (DeliveryFilter, "kind", "created_at", "sent_at")
    search_fields = ("subject",)
    actions = ("send_again",)
    fields = (
        *("subject", "kind", "recipient", "unit", "way", "language", "created_at", "seen_at", "delivery"),
        *("next_try_at", "sending_since", "sent_at", "given_up_at", "last_try_at", "attempts", "last_error"),
    )
    readonly_fields = ("way", "delivery")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """Without what would show that a sealed case exists."""
        return super().get_queryset(request).exclude(kind=Notice.Kind.CASE_SEALED_WORK)

    @admin.display(description=_("gửi bằng"))
    def way(self, notice: Notice) -> str:
        """Without the address itself: nobody needs it here."""
        return "SMS" if notice.phone else str(_("thư điện tử")) if notice.email else ""

    @admin.display(description=_("tình trạng gửi"))
    def delivery(self, notice: Notice) -> str:
        return str(notice.delivery(timezone.now()).label)

    @admin.action(description=_("Gửi lại"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: NoticeQuerySet) -> None:
        chosen = list(queryset.values_list("pk", flat=True))
        again = send_again(notices=chosen, at=timezone.now())
        for notice in again:
            self.log_change(request, notice, str(_("Gửi lại.")))
        messages.success(request, _("Số thông báo được gửi lại: %(count)s.") % {"count": len(again)})
        if left := len(chosen) - len(again):
            messages.warning(request, _("Số thông báo không cần gửi lại: %(count)s.") % {"count": left})
