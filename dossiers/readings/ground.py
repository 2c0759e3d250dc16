"""Whether a person who opens a dossier has a task on it. The definition is in ADR 29."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from accounts.models import User
from accounts.staff.permissions import WORKING_ROLES, Role
from dossiers.clock.states import OPEN, Status
from dossiers.models import Dossier, DossierReading

Ground = DossierReading.Ground
OFFICE_ROLES: Final = (Role.CLERK, Role.SPECIALIST)
HEAD_ROLES: Final = (Role.LEADER, Role.OFFICIAL)
AT_WORK: Final = OPEN | {Status.DONE}
"""The desk still serves the applicant of a dossier whose result waits; after that nobody's work needs it."""


def ground_of(user: User, dossier: Dossier) -> Ground:
    """At most one query, and none for whom the dossier is work of the own office or who is its head."""
    places = {dossier.desk_id, dossier.handler_id, dossier.holder_id}
    own = {dossier.registered_by_id, dossier.assignee_id}
    if user.pk in own or (dossier.state in AT_WORK and places & set(user.unit_ids_with_papers(*OFFICE_ROLES))):
        return Ground.TASK
    if places & set(user.unit_ids_with_papers(*HEAD_ROLES)):
        return Ground.OVERSIGHT
    return Ground.TASK if _has_part(user, dossier) else Ground.NONE


def _has_part(user: User, dossier: Dossier) -> bool:
    """Whether the person did anything with it, or their office must still act on a leg or answer a question."""
    units = user.unit_ids_with_papers(*WORKING_ROLES)
    to_do = Q(legs__unit__in=units, legs__handed_over_at__isnull=False, legs__finished_at=None)
    to_do |= Q(consultations__office__in=units, consultations__answered_at=None)
    part = Q(events__actor=user) | (Q(status__in=sorted(AT_WORK)) & to_do)
    return Dossier.objects.filter(part, pk=dossier.pk).exists()
