"""What tests about accounts ask and fill in."""

from __future__ import annotations

from datetime import date, datetime

from django.test import Client
from django.utils import timezone

from accounts.models import Proposal, User
from accounts.roles.actions import RoleAsked, propose_role
from tests.factories import City
from units.models import Unit

USERS = "/quan-tri/accounts/user/"
ROLES = "/quan-tri/accounts/membership/"
UNITS = "/quan-tri/units/"
PAGES = "/can-bo/tai-khoan/"


def asked(role: str, city: City, at: datetime) -> RoleAsked:
    return RoleAsked(role, city.district, timezone.localdate(at))


def proposed(person: User, proposer: User, city: City, at: datetime, role: str = "inspector") -> Proposal:
    return propose_role(person=person, asked=asked(role, city, at), proposer=proposer, reason="Phân công mới", at=at)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def account_form(user: User, **changes: str) -> dict[str, str]:
    rows = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    form = {"username": user.username, "full_name": user.full_name, "email": user.email, "is_active": "on"}
    return rows | form | changes


def role_form(user: User, unit: Unit, role: str) -> dict[str, object]:
    return {"user": user.pk, "unit": unit.pk, "role": role, "valid_from": "01/01/2026"}


def unit_form(client: Client, unit: Unit) -> dict[str, object]:
    """What the page of an office sends when nothing is changed, its rows in other tables left alone."""
    page = client.get(f"{UNITS}unit/{unit.pk}/change/").context
    rows = {
        f"{one.formset.prefix}-{n}_FORMS": "0" for one in page["inline_admin_formsets"] for n in ("TOTAL", "INITIAL")
    }
    form = page["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    typed = {name: f"{one:%d/%m/%Y}" if isinstance(one, date) else one for name, one in values.items()}
    return rows | {name: value for name, value in typed.items() if value is not None and value is not False}
