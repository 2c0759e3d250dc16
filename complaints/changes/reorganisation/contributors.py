"""What the inbox and the counter have of offices that are merged or divided: see `reorganisation.contributors`."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from complaints.changes.reorganisation.cases import cases_in_hand, continue_cases
from complaints.changes.reorganisation.receptions_and_calls import (
    bookings_in_hand,
    calls_in_hand,
    continue_bookings,
    continue_calls,
    free_receptions,
    withdraw_receptions,
)
from dossiers.changes.reorganisation.contributors import ReorganisationContributor

CASES: Final = ReorganisationContributor(
    _("Phản ánh, kiến nghị chưa trả lời"),
    continue_cases,
    lambda *, successors, on, at: cases_in_hand(successors=successors),
)
BOOKINGS: Final = ReorganisationContributor(_("Lượt hẹn tiếp công dân"), continue_bookings, bookings_in_hand)
CALLS: Final = ReorganisationContributor(_("Cuộc gọi còn phải gọi lại, còn phải ghi"), continue_calls, calls_in_hand)
RECEPTIONS: Final = ReorganisationContributor(
    _("Buổi tiếp công dân chưa ai hẹn, bỏ khỏi lịch"), withdraw_receptions, free_receptions, ends=True
)
