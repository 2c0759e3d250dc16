"""Who may do what with a dossier: checks of one person and one dossier, without a query where possible.

Which dossiers a person sees is a queryset: `visible_to` in `dossiers/models/dossier.py`.
"""

from __future__ import annotations

from datetime import date

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Membership, User
from accounts.staff.permissions import WORKING_ROLES, Role, acts_for
from dossiers.models import READING_ROLES, Dossier, DossierQuerySet
from dossiers.models.list_rows import ListedDossier
from procedures.models import Offering
from units.models import Unit


def visible_file(user: User, code: str, files: DossierQuerySet | None = None) -> Dossier:
    """Returns the dossier with its papers, units and people; Http404 when this person may not see it.

    `files`: a queryset with further annotations. Before showing the applicant, check `is_worked_on_by` too, or use
    `own_file`: a consulted office passes this check.
    """
    offices = ("desk__kind", "desk__parent__parent", "receiving_desk", "handler", "holder", "late_unit")
    rows = (
        (Dossier.objects.all() if files is None else files)
        .with_papers()
        .select_related("version__procedure", *offices, "registered_by", "return_record", "proxy_record")
    )
    file = get_object_or_404(rows, code=code)
    if not file.is_read_by(user):
        raise Http404
    return file


def own_file(user: User, code: str, files: DossierQuerySet | None = None) -> Dossier:
    """As `visible_file`, but Http404 also for an office that is only consulted, which must not see the applicant."""
    file = visible_file(user, code, files)
    if not file.is_worked_on_by(user):
        raise Http404
    return file


def reads_as(user: User, dossier: Dossier | ListedDossier) -> Membership | None:
    """The membership by which this person reads the dossier: the narrowest over its desk, handler or holder; else the
    first that may read anything (an earlier leg, a consulted office). No query."""
    reading = [held for held in user.current_memberships() if held.role in READING_ROLES]
    places = {dossier.desk_id, dossier.handler_id, dossier.holder_id}
    nearest = [held for held in reading if places & set(held.below)]
    return max(nearest, key=lambda held: len(held.unit.path), default=reading[0] if reading else None)


def desks_of(user: User, on: date) -> list[Unit]:
    """The desks at which this person registers dossiers on that day, with kind and parent joined."""
    desks = user.units_as(Role.CLERK).desks().in_force(on).select_related("kind", "parent__kind")
    return list(desks)


def may_handle(user: User, dossier: Dossier | ListedDossier) -> bool:
    """Specialists and leaders of the handling unit; also clerks where the desk's own office handles it."""
    own_intake = dossier.handler_id in {dossier.desk_id, dossier.desk.parent_id}
    return acts_for(user, dossier.handler, Role.SPECIALIST, Role.LEADER) or (own_intake and may_return(user, dossier))


def may_serve(user: User, offering: Offering, desk: Unit) -> bool:
    """Whether a clerk of `desk` may give the result at once: the desk's own office handles it, or the clerk's."""
    own = offering.handler_id in {desk.pk, desk.parent_id}
    return own or acts_for(user, offering.handler, Role.SPECIALIST, Role.LEADER)


def may_return(user: User, dossier: Dossier | ListedDossier) -> bool:
    """Clerks of the desk that serves the dossier."""
    return acts_for(user, dossier.desk, Role.CLERK)


def may_scan(user: User, dossier: Dossier) -> bool:
    """Staff of the desk, the handling unit and the holder: they have the papers."""
    places = (dossier.desk, dossier.handler, dossier.holder)
    return any(acts_for(user, unit, *WORKING_ROLES) for unit in places)
