"""What of complaints moves with a reorganised office: see `dossiers.changes.reorganisation.contributors`."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from complaints.changes.reorganisation.cases import count_cases, move_cases
from complaints.changes.reorganisation.receptions_and_calls import (
    count_bookings,
    count_calls,
    count_unbooked_receptions,
    move_bookings,
    move_calls,
    withdraw_receptions,
)
from dossiers.changes.reorganisation.contributors import ReorganisationContributor

CASES: Final = ReorganisationContributor(
    _("Phản ánh, kiến nghị chưa trả lời"), move_cases, lambda *, successors, on, at: count_cases(successors=successors)
)
BOOKINGS: Final = ReorganisationContributor(_("Lượt hẹn tiếp công dân"), move_bookings, count_bookings)
CALLS: Final = ReorganisationContributor(_("Cuộc gọi còn phải gọi lại, còn phải ghi"), move_calls, count_calls)
RECEPTIONS: Final = ReorganisationContributor(
    _("Buổi tiếp công dân chưa ai hẹn, bỏ khỏi lịch"), withdraw_receptions, count_unbooked_receptions, ends=True
)
