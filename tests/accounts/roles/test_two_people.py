"""Roles that open what is sealed, sign, publish or see everything are given by two people, never to oneself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.ledger import record
from accounts.models import GUARDED, AccountEvent, Membership, Proposal, User
from accounts.roles.actions import (
    end_role,
    grant_proposal,
    move_memberships,
    propose_email,
    propose_reopening,
    refuse_proposal,
    withdraw_proposal,
)
from notices.models import Notice
from tests.accounts.roles.people import (
    PAGES,
    ROLES,
    UNITS,
    USERS,
    account_form,
    fresh,
    proposed,
    role_form,
    unit_form,
)
from tests.databases import as_owner
from tests.factories import make_user
from units.models import Unit
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db


# --- Ways by which one administrator could become, or act as, a holder of a guarded role ---


@pytest.mark.parametrize("is_superuser", [False, True])
def test_no_page_sets_anothers_password(client, administrator, inspector, is_superuser):
    User.objects.filter(pk=administrator.pk).update(is_superuser=is_superuser)
    client.force_login(fresh(administrator))
    passwords = {"password1": "mot-mat-khau-moi", "password2": "mot-mat-khau-moi", "usable_password": "true"}
    for page in (f"{USERS}{inspector.pk}/password/", f"{USERS}{administrator.pk}/password/"):
        assert client.get(page).status_code == 404
        assert client.post(page, passwords).status_code == 404
    assert fresh(inspector).password == inspector.password
    assert "password" not in str(client.get(f"{USERS}add/").context["adminform"].form.fields)


@pytest.mark.parametrize("is_superuser", [False, True])
@pytest.mark.parametrize("role", GUARDED)
def test_no_guarded_role_is_given_in_the_administration_pages(client, city, administrator, clerk, role, is_superuser):
    User.objects.filter(pk=administrator.pk).update(is_superuser=is_superuser)
    client.force_login(fresh(administrator))
    for person in (administrator, clerk):
        assert client.post(f"{ROLES}add/", role_form(person, city.ward, role)).status_code == 200
    held = Membership.objects.get(user=clerk)
    assert client.post(f"{ROLES}{held.pk}/change/", role_form(clerk, city.ward, role)).status_code == 200
    row = {"unit": str(city.ward.pk), "role": role, "valid_from": "01/01/2026"}
    form = account_form(clerk) | {f"memberships-0-{name}": value for name, value in row.items()}
    form["memberships-TOTAL_FORMS"] = "1"
    assert client.post(f"{USERS}{clerk.pk}/change/", form).status_code == 200
    assert not Membership.objects.filter(role=role).exclude(user=administrator, unit=city.district).exists()


def test_a_role_at_the_topmost_office_and_one_for_oneself_are_not_given_there_either(
    client, city, administrator, clerk
):
    client.force_login(administrator)
    assert client.post(f"{ROLES}add/", role_form(clerk, city.district, "specialist")).status_code == 200
    assert client.post(f"{ROLES}add/", role_form(administrator, city.ward, "clerk")).status_code == 200
    row = {"unit": str(city.ward.pk), "role": "clerk", "valid_from": "01/01/2026"}
    form = account_form(administrator) | {f"memberships-0-{name}": value for name, value in row.items()}
    client.post(f"{USERS}{administrator.pk}/change/", form | {"memberships-TOTAL_FORMS": "1"})
    assert Membership.objects.count() == 2
    assert client.post(f"{ROLES}add/", role_form(clerk, city.ward, "specialist")).status_code == 302


def test_a_guarded_role_is_neither_moved_to_another_person_nor_deleted_there(client, city, administrator, inspector):
    client.force_login(administrator)
    held = Membership.objects.get(user=inspector)
    moved = client.post(f"{ROLES}{held.pk}/change/", role_form(administrator, city.district, "inspector"))
    assert moved.status_code == 403
    assert client.post(f"{ROLES}{held.pk}/delete/", {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": held.pk, "post": "yes"}
    client.post(ROLES, action)
    assert Membership.objects.get(pk=held.pk).user == inspector


def test_nobody_alone_lets_an_office_read_the_papers_of_another(client, city, administrator, clerk):
    client.force_login(administrator)
    row = {"old": city.district.pk, "new": city.ward.pk, "share": "whole", "on": "01/01/2026", "source": "Tự ghi"}
    assert client.post(f"{UNITS}unitsuccessor/add/", row | {"takes_over": "on"}).status_code == 403
    part = {f"successions-0-{name}": value for name, value in row.items() if name != "old"}
    form = unit_form(client, city.district) | part | {"successions-TOTAL_FORMS": "1"}
    client.post(f"{UNITS}unit/{city.district.pk}/change/", form)
    assert fresh(clerk).continued_as("clerk") == {}


def test_nobody_alone_makes_another_office_the_topmost_nor_moves_one_in_the_tree(client, city, administrator):
    client.force_login(administrator)
    Unit.objects.filter(pk=city.district.pk).update(is_tenant=True)
    form = unit_form(client, city.district)
    form.pop("is_tenant", None)
    assert client.post(f"{UNITS}unit/{city.district.pk}/change/", form).status_code == 302
    below = unit_form(client, city.district) | {"parent": city.ward.pk}
    assert client.post(f"{UNITS}unit/{city.district.pk}/change/", below).status_code == 302
    after = Unit.objects.get(pk=city.district.pk)
    assert (after.is_tenant, after.parent_id, after.path) == (True, city.district.parent_id, city.district.path)


def test_an_ordinary_role_keeps_its_person(client, city, administrator, clerk):
    client.force_login(administrator)
    held = Membership.objects.get(user=clerk)
    form = role_form(administrator, city.ward, "clerk")
    assert client.post(f"{ROLES}{held.pk}/change/", form).status_code == 302
    assert Membership.objects.get(pk=held.pk).user == clerk


def test_the_address_of_an_inspectors_account_is_not_changed_by_one_person(client, administrator, inspector):
    client.force_login(administrator)
    page = f"{USERS}{inspector.pk}/change/"
    refused = client.post(page, account_form(inspector, email="quantri@motcua.example"))
    assert refused.status_code == 200
    assert "email" in refused.context["adminform"].form.errors
    assert fresh(inspector).email == "thanhtra@motcua.example"


def test_an_inspectors_closed_account_is_not_opened_again_by_one_person(client, administrator, inspector):
    client.force_login(administrator)
    page = f"{USERS}{inspector.pk}/change/"
    form = account_form(inspector)
    del form["is_active"]
    assert client.post(page, form).status_code == 302
    assert not fresh(inspector).is_active
    assert client.post(page, account_form(inspector)).status_code == 200
    assert not fresh(inspector).is_active


def test_accounts_are_not_deleted_renamed_or_made_superusers(client, administrator, inspector):
    client.force_login(administrator)
    assert client.post(f"{USERS}{inspector.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(USERS, {"action": "delete_selected", "_selected_action": inspector.pk, "post": "yes"})
    changed = account_form(inspector, username="khac", is_superuser="on")
    assert client.post(f"{USERS}{inspector.pk}/change/", changed).status_code == 302
    stored = fresh(inspector)
    assert (stored.username, stored.is_superuser) == (inspector.username, False)


def test_nobody_lends_an_absent_persons_roles_in_the_administration_pages(client, city, administrator):
    official = make_user("official", city.district)
    client.force_login(administrator)
    form = {
        "from_user": official.pk,
        "to_user": administrator.pk,
        "unit": city.district.pk,
        "valid_from": "01/01/2026",
        "valid_to": "31/12/2026",
        "reason": "Nghỉ phép",
    }
    assert client.post("/quan-tri/accounts/delegation/add/", form).status_code == 403
    assert not fresh(administrator).has_role("official")


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/reset/",
        "/can-bo/password/reset/",
        "/accounts/email/",
        "/can-bo/email/",
        "/accounts/signup/",
    ],
)
def test_allauths_own_ways_to_a_password_or_an_address_are_not_there(client, administrator, path):
    client.force_login(administrator)
    assert client.get(path).status_code == 404


def test_a_reorganisation_moves_a_role_with_its_person_and_the_ledger_says_so(city, administrator, inspector, at):
    Membership.objects.filter(user=inspector).update(unit=city.ward)
    moves = {city.ward.pk: city.other_ward.pk}
    move_memberships(moves=moves, on=timezone.localdate(at), actor=administrator, at=at)
    held = Membership.objects.filter(role="inspector", unit=city.other_ward)
    assert [one.user for one in held] == [inspector]
    event = AccountEvent.objects.get()
    assert (event.kind, event.actor, event.person) == ("role_changed", administrator, inspector)
    assert (event.role, event.unit, event.at) == ("inspector", city.other_ward, at)


# --- Two people ---


def test_one_proposes_and_the_head_of_inspection_grants(city, administrator, head, clerk, at):
    row = proposed(clerk, administrator, city, at)
    assert not fresh(clerk).has_role("inspector")
    grant_proposal(proposal=row, actor=head, at=at)
    assert fresh(clerk).has_role("inspector")
    shown = AccountEvent.objects.filter(person=clerk).values_list("kind", "actor", "role")
    assert list(shown) == [("role_given", head.pk, "inspector"), ("proposed", administrator.pk, "inspector")]


@pytest.mark.parametrize("who", ["proposer", "person", "second"])
def test_of_an_inspector_neither_proposer_nor_person_nor_another_administrator_decides(
    city, administrator, second, head, at, who
):
    person = make_user("administrator", city.ward)
    row = proposed(person, administrator, city, at)
    actor = {"proposer": administrator, "person": person, "second": second}[who]
    with pytest.raises(RuleBroken):
        grant_proposal(proposal=row, actor=actor, at=at)
    assert not Membership.objects.filter(role="inspector").exists()


def test_nobody_proposes_for_oneself(city, administrator, at):
    with pytest.raises(RuleBroken, match="chính mình"):
        proposed(administrator, administrator, city, at)


def test_the_database_refuses_one_person_in_two_parts(city, administrator, clerk, at):
    row = proposed(clerk, administrator, city, at)
    for change in ({"person": administrator}, {"decision": "granted", "decided_by": administrator, "decided_at": at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=row.pk).update(**change)


def test_without_a_head_of_inspection_a_second_administrator_grants_and_one_just_removed_is_waited_for(
    city, administrator, second, clerk, at
):
    row = proposed(clerk, administrator, city, at)
    head = make_user("inspection_head", city.district)
    end_role(membership=Membership.objects.get(user=head), actor=administrator, at=at)
    with pytest.raises(RuleBroken, match="chánh thanh tra"):
        grant_proposal(proposal=row, actor=second, at=at)
    Membership.objects.filter(user=head).delete()
    grant_proposal(proposal=row, actor=fresh(second), at=at)
    assert fresh(clerk).has_role("inspector")


def test_what_a_head_of_inspection_proposes_an_administrator_grants(city, administrator, head, clerk, at):
    grant_proposal(proposal=proposed(clerk, head, city, at), actor=administrator, at=at)
    assert fresh(clerk).has_role("inspector")
    with pytest.raises(RuleBroken, match="Chánh thanh tra chỉ"):
        proposed(make_user("clerk", city.ward), head, city, at, role="official")


def test_a_new_administrator_grants_nothing_for_thirty_days(city, administrator, second, clerk, at):
    new = make_user("clerk", city.ward)
    grant_proposal(proposal=proposed(new, administrator, city, at, "administrator"), actor=second, at=at)
    row = proposed(clerk, administrator, city, at, "official")
    with pytest.raises(RuleBroken, match="chưa đủ 30 ngày"):
        grant_proposal(proposal=row, actor=fresh(new), at=at)


@pytest.mark.parametrize("kind", ["created", "link_sent", "email_changed"])
def test_an_account_in_the_proposers_hands_grants_nothing(city, administrator, second, clerk, at, kind):
    long_ago, lately = at - timedelta(40), at - timedelta(3)
    record(AccountEvent.Kind(kind), person=second, actor=administrator, at=long_ago)
    first = proposed(clerk, administrator, city, at, "official")
    record(AccountEvent.Kind(kind), person=second, actor=administrator, at=lately)
    with pytest.raises(RuleBroken, match="30 ngày qua"):
        grant_proposal(proposal=first, actor=second, at=at)
    other = make_user("administrator", city.district)
    grant_proposal(proposal=first, actor=other, at=at)


def test_address_and_opening_again_take_two_people_too(administrator, head, inspector, at):
    row = propose_email(
        person=inspector, email="moi@motcua.example", proposer=administrator, reason="Đổi hộp thư", at=at
    )
    assert fresh(inspector).email == "thanhtra@motcua.example"
    grant_proposal(proposal=row, actor=head, at=at)
    assert fresh(inspector).email == "moi@motcua.example"
    User.objects.filter(pk=inspector.pk).update(is_active=False)
    row = propose_reopening(person=fresh(inspector), proposer=administrator, reason="Trở lại", at=at)
    grant_proposal(proposal=row, actor=head, at=at)
    assert fresh(inspector).is_active


def test_a_refusal_needs_its_reason_and_what_was_decided_stays(city, administrator, head, clerk, at):
    row = proposed(clerk, administrator, city, at)
    with pytest.raises(RuleBroken, match="lý do"):
        refuse_proposal(proposal=row, actor=head, reason=" ", at=at)
    with pytest.raises(RuleBroken, match="Chỉ người đề xuất"):
        withdraw_proposal(proposal=row, actor=head, at=at)
    refuse_proposal(proposal=row, actor=head, reason="Chưa đủ điều kiện", at=at)
    with pytest.raises(RuleBroken, match="đã được quyết định"):
        grant_proposal(proposal=row, actor=head, at=at)
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Proposal.objects.filter(pk=row.pk).update(decision="granted")


def test_ending_a_role_takes_one_person_and_works_at_once(administrator, inspector, at):
    end_role(membership=Membership.objects.get(user=inspector), actor=administrator, at=at)
    assert not fresh(inspector).has_role("inspector")
    assert AccountEvent.objects.get().kind == "role_ended"


# --- Who is told, and the ledger ---


def test_the_head_of_inspection_is_told_of_every_change_at_an_inspectors_account(
    client, city, administrator, head, inspector, clerk, at
):
    client.force_login(administrator)
    client.post(f"{PAGES}nguoi/{inspector.pk}/", {"act": "lien-ket"})
    client.post(f"{USERS}{inspector.pk}/change/", account_form(inspector, full_name="Tên Khác"))
    form = account_form(fresh(inspector))
    del form["is_active"]
    client.post(f"{USERS}{inspector.pk}/change/", form)
    proposed(clerk, administrator, city, at)
    end_role(membership=Membership.objects.get(user=inspector), actor=administrator, at=at)
    notices = Notice.objects.filter(kind="account_changed", recipient=head)
    assert notices.count() == AccountEvent.objects.count() == 5
    assert set(notices.values_list("email", flat=True)) == {head.email}


def test_a_change_at_a_clerks_account_is_in_the_ledger_and_told_nobody(client, administrator, head, clerk):
    client.force_login(administrator)
    client.post(f"{USERS}{clerk.pk}/change/", account_form(clerk, email="khac@motcua.example"))
    event = AccountEvent.objects.get()
    assert (event.kind, event.actor, event.detail["was"]) == ("email_changed", administrator, "canbo@motcua.example")
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts_accountevent SET actor_id = NULL",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "DELETE FROM accounts_proposal",
    ],
)
def test_nothing_of_the_ledger_is_changed_removed_or_emptied(city, administrator, clerk, at, change):
    proposed(clerk, administrator, city, at)
    refused = pytest.raises(Error, match="append-only")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with refused, transaction.atomic():
            cursor.execute(change.format("accounts_accountevent"))
