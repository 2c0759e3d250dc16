"""The cases of offices that are merged or divided: see `dossiers.reorganisation_parts`."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from complaints.actions.continuing import cases_in_hand, continue_cases
from dossiers.reorganisation_parts import Part

CASES: Final = Part(_("Phản ánh, kiến nghị chưa trả lời"), continue_cases, cases_in_hand)
