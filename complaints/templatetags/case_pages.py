"""What other rooms' pages say of cases: their templates ask, since their code knows no cases."""

from __future__ import annotations

from django import template

from accounts.models import User
from complaints.case_page.related import cases_about
from complaints.models import Case
from dossiers.models import Dossier

register = template.Library()


@register.simple_tag
def cases_about_dossier(dossier: Dossier, user: User) -> list[Case]:
    """Complaints about a dossier, none of them sealed, of which this person may know."""
    return cases_about(dossier, user)
