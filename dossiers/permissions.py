"""Who may do what with a dossier: questions about one person and one file, answered without a query where possible."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.staff.permissions import WORKING_ROLES, Role, acts_for
from dossiers.models import Dossier, DossierQuerySet
from dossiers.models.list_rows import Listed
from procedures.models import Offering
from units.models import Unit


def visible_file(user: User, code: str, files: DossierQuerySet | None = None) -> Dossier:
    """The file (of `files`, which bring more along), with its papers, offices and people; 404 when it is none of this
    person's business.

    Whoever shows what it says of the applicant asks `is_worked_on_by` as well, or for the `own_file`.
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
    """The file with its slips, which name the applicant: 404 also for an office that is only asked for its opinion."""
    file = visible_file(user, code, files)
    if not file.is_worked_on_by(user):
        raise Http404
    return file


def desks_of(user: User, on: date) -> list[Unit]:
    """The desks at which this person registers dossiers on that day, with the offices they belong to."""
    desks = user.units_as(Role.CLERK).desks().in_force(on).select_related("kind", "parent__kind")
    return list(desks)


def may_handle(user: User, dossier: Dossier | Listed) -> bool:
    """Specialists and leaders of the handling unit; at an office that handles its own intake, its clerks as well."""
    own_intake = dossier.handler_id in {dossier.desk_id, dossier.desk.parent_id}
    return acts_for(user, dossier.handler, Role.SPECIALIST, Role.LEADER) or (own_intake and may_return(user, dossier))


def may_serve(user: User, offering: Offering, desk: Unit) -> bool:
    """Whether a clerk of `desk` may answer at once: the desk's own office does the work, or the clerk works there."""
    own = offering.handler_id in {desk.pk, desk.parent_id}
    return own or acts_for(user, offering.handler, Role.SPECIALIST, Role.LEADER)


def may_return(user: User, dossier: Dossier | Listed) -> bool:
    """Clerks of the desk that took the dossier in."""
    return acts_for(user, dossier.desk, Role.CLERK)


def may_scan(user: User, dossier: Dossier) -> bool:
    """Whoever works where the dossier was taken in, is handled or lies now: they have the papers in their hands."""
    places = (dossier.desk, dossier.handler, dossier.holder)
    return any(acts_for(user, unit, *WORKING_ROLES) for unit in places)


def _goes_on(
    dossier: Dossier, steps: Sequence[Mapping[str, Any]], mine: Collection[int], *, handles: bool, is_new: bool
) -> bool:
    """Whether the person's units have a leg in hand that is to be passed on before anything else can be done.

    Whoever may finish passes it on only while other work than handing out follows, and not to begin that work oneself.
    """
    last = max((step["group"] for step in steps), default=0)
    for step in steps:
        if not step["accepted"] or step["id"] not in mine or step["group"] >= last:
            continue
        ahead = [one for one in steps if one is not step and step["group"] <= one["group"] < last]
        begins = is_new and ahead and ahead[0]["id"] == dossier.handler_id
        if not handles or (ahead and not begins):
            return True
    return False
