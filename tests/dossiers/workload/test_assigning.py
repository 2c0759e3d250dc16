"""Giving work to people: one leg, many legs, everything of somebody away, and deputies with dates."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Delegation, Membership
from accounts.roles.actions import delegate, end_delegation
from dossiers.models import Dossier
from dossiers.operations.assignment.actions import assign, reassign_all
from dossiers.operations.finishing.actions import start_work
from tests.dossiers.operations.test_handover import assert_rows_are_what_the_events_say
from tests.factories import hanoi, make_offering, make_procedure, make_user, register
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9)
TUESDAY = hanoi(2026, 3, 3, 9)
PAGE = "/can-bo/phan-cong/"


@pytest.fixture
def offering(city):
    return make_offering(make_procedure(), city.ward, handler=city.department)


@pytest.fixture
def dossier(city, offering):
    dossier = register(offering, city.ward_desk, at=MONDAY)
    return start_work(dossier=dossier, actor=None, at=MONDAY)


@pytest.fixture
def officers(city):
    return [make_user("specialist", city.department) for _ in range(2)]


@pytest.fixture
def leader(city):
    return make_user("leader", city.department)


def reloaded(user):
    """The same person in another request."""
    return get_user_model().objects.get(pk=user.pk)


def today():
    return timezone.localdate()


def test_a_leg_is_given_to_an_officer_of_its_unit_and_the_clock_takes_no_notice(officers, dossier):
    due = dossier.due_at
    given = assign(dossier=dossier, leg=1, person=officers[0], actor=None, at=TUESDAY)
    assert (given.assignee_id, given.due_at) == (officers[0].pk, due)
    assert given.legs.get(position=1).assignee == officers[0]
    assert_rows_are_what_the_events_say(dossier)
    assert assign(dossier=dossier, leg=1, person=None, actor=None, at=TUESDAY).assignee_id is None
    assert_rows_are_what_the_events_say(dossier)


def test_nobody_from_elsewhere_or_who_left_gets_a_leg(city, officers, dossier):
    stranger = make_user("specialist", city.other_ward)
    left = officers[1]
    left.memberships.update(valid_to=hanoi(2026, 3, 2).date())
    for person in (stranger, left):
        with pytest.raises(RuleBroken) as broken:
            assign(dossier=dossier, leg=1, person=person, actor=None, at=TUESDAY)
        assert broken.value.field == "person"
    for leg in (0, 2, 9):
        with pytest.raises(RuleBroken, match="không còn ở đơn vị này"):
            assign(dossier=dossier, leg=leg, person=officers[0], actor=None, at=TUESDAY)


def test_the_work_of_somebody_away_goes_to_another_in_one_go(city, offering, officers, dossier):
    absent, person = officers
    other = start_work(dossier=register(offering, city.ward_desk, at=MONDAY), actor=None, at=MONDAY)
    untouched = start_work(dossier=register(offering, city.ward_desk, at=MONDAY), actor=None, at=MONDAY)
    for one in (dossier, other):
        assign(dossier=one, leg=1, person=absent, actor=None, at=TUESDAY)
    with pytest.raises(RuleBroken, match="một người khác"):
        reassign_all(unit=city.department, absent=absent, person=absent, actor=None, at=TUESDAY)
    moved = reassign_all(unit=city.department, absent=absent, person=person, actor=None, at=TUESDAY)
    assert {one.pk for one in moved.done} == {dossier.pk, other.pk}
    assert set(Dossier.objects.filter(assignee=person)) == {dossier, other}
    assert Dossier.objects.get(pk=untouched.pk).assignee is None


def test_a_deputy_does_what_the_absent_person_does_there_and_only_on_those_days(city, officers, offering):
    absent, deputy = officers[0], make_user("clerk", city.other_desk)
    assert not reloaded(deputy).units_as("specialist").exists()
    lent = delegate(absent=absent, deputy=deputy, unit=city.department, since=today(), until=today(), reason="Nghỉ ốm")
    assert list(reloaded(deputy).units_as("specialist")) == [city.department]
    assert [held.delegated_by for held in reloaded(deputy).current_memberships()] == [None, absent]
    Delegation.objects.update(valid_from=today() + timedelta(days=1), valid_to=today() + timedelta(days=2))
    assert not reloaded(deputy).units_as("specialist").exists()
    Delegation.objects.update(valid_from=today() - timedelta(days=1), valid_to=today())
    assert reloaded(deputy).has_role("specialist")
    lent.refresh_from_db()
    end_delegation(delegation=lent, actor=None, on=today())
    assert not reloaded(deputy).has_role("specialist")


def test_a_deputy_gets_the_narrower_place_and_no_keeper_s_role(city):
    absent = make_user("leader", city.district)
    Membership.objects.create(user=absent, unit=city.district, role="administrator", valid_from=today())
    deputy = make_user("clerk", city.ward_desk)
    delegate(absent=absent, deputy=deputy, unit=city.ward, since=today(), until=today(), reason="Đi công tác")
    assert set(reloaded(deputy).units_as("leader")) == {city.ward, city.ward_desk}
    assert not reloaded(deputy).has_role("administrator")


def test_a_deputy_s_deputy_does_not_get_what_was_only_lent(city, officers):
    _absent, deputy = officers
    third = make_user("clerk", city.other_desk)
    leader = make_user("leader", city.ward)
    days = {"since": today(), "until": today(), "reason": "Nghỉ phép"}
    delegate(absent=leader, deputy=deputy, unit=city.ward, **days)
    delegate(absent=deputy, deputy=third, unit=city.department, **days)
    assert reloaded(third).has_role("specialist")
    assert not reloaded(third).has_role("leader")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"deputy": 0}, "deputy"),
        ({"until": -1}, "until"),
        ({"until": 400}, "until"),
        ({"reason": " "}, "reason"),
        ({"absent": 2}, "absent"),
    ],
)
def test_a_delegation_that_makes_no_sense_is_refused(city, officers, change, field):
    people = [*officers, make_user("clerk", city.other_desk)]
    asked = {"absent": 0, "deputy": 1, "until": 0, "reason": "Nghỉ ốm"} | change
    with pytest.raises(RuleBroken) as broken:
        delegate(
            absent=people[asked["absent"]],
            deputy=people[asked["deputy"]],
            unit=city.department,
            since=today(),
            until=today() + timedelta(days=asked["until"]),
            reason=asked["reason"],
        )
    assert broken.value.field == field


def test_an_absent_person_has_one_deputy_at_a_time(city, officers):
    days = {"unit": city.department, "since": today(), "until": today(), "reason": "Nghỉ ốm"}
    delegate(absent=officers[0], deputy=officers[1], **days)
    third = make_user("specialist", city.department)
    with pytest.raises(RuleBroken) as broken:
        delegate(absent=officers[0], deputy=third, **days)
    assert broken.value.field == "since"
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(
            from_user=officers[0],
            to_user=third,
            unit=city.department,
            valid_from=today(),
            valid_to=today(),
            reason="Nghỉ",
        )


def test_a_delegation_taken_back_on_its_first_day_never_held_and_leaves_its_trace(city, officers, leader):
    """Who ended it, and when, stays; the days it was agreed for are free for another deputy."""
    days = {"unit": city.department, "since": today(), "until": today() + timedelta(days=3), "reason": "Nghỉ ốm"}
    lent = delegate(absent=officers[0], deputy=officers[1], **days)
    for actor in (leader, officers[0]):  # what is over is not ended again
        end_delegation(delegation=lent, actor=actor, on=today())
    lent.refresh_from_db()
    agreed = (today(), today() + timedelta(days=3))
    assert (lent.valid_from, lent.valid_to, lent.ended_on, lent.ended_by) == (*agreed, today(), leader)
    assert not Delegation.objects.in_force(today()).exists()
    assert not Delegation.objects.in_force(agreed[1]).exists()
    again = delegate(absent=officers[0], deputy=officers[1], **days)
    end_delegation(delegation=again, actor=leader, on=agreed[1])
    again.refresh_from_db()
    assert (again.valid_to, again.ended_on) == (today() + timedelta(days=2), agreed[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.filter(pk=again.pk).update(valid_to=agreed[1])  # ended and going on


# Pages


def test_a_leader_gives_one_leg_on_the_page_of_the_dossier_and_a_specialist_does_not(
    client, officers, leader, dossier
):
    url = f"{dossier.get_absolute_url()}viec/giao-viec/"
    client.force_login(officers[0])
    assert client.get(url).status_code == 302
    client.force_login(leader)
    assert officers[1].full_name in client.get(url).content.decode()
    assert client.post(url, {"person": officers[1].pk}).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).assignee == officers[1]
    assert client.post(url, {"person": officers[1].pk}).status_code == 422


def test_a_leader_moves_all_work_gives_out_the_rest_and_names_a_deputy(
    client, city, offering, officers, leader, dossier
):
    client.force_login(leader)
    free = dossier.legs.get(position=1)
    assert client.post(PAGE, {"act": "giao", "giao-person": officers[0].pk}).status_code == 422
    assert client.post(PAGE, {"act": "giao", "giao-legs": [free.pk], "giao-person": officers[0].pk}).status_code == 302
    move = {"act": "chuyen", "chuyen-absent": officers[0].pk, "chuyen-person": officers[0].pk}
    answer = client.post(PAGE, move)
    assert answer.status_code == 422
    assert "một người khác" in answer.content.decode()
    assert client.post(PAGE, move | {"chuyen-person": officers[1].pk}).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).assignee == officers[1]
    day = f"{today():%d/%m/%Y}"
    lend = {"act": "uy-quyen", "uy-quyen-absent": officers[0].pk, "uy-quyen-deputy": officers[1].pk}
    lend |= {"uy-quyen-since": day, "uy-quyen-until": day, "uy-quyen-reason": "Nghỉ ốm"}
    assert client.post(PAGE, lend).status_code == 302
    assert officers[0].full_name in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"act": "ket-thuc", "delegation": Delegation.objects.get().pk}).status_code == 302
    assert "ket-thuc" not in client.get(PAGE).content.decode()
    (ended,) = Delegation.objects.all()
    assert (ended.ended_on, ended.ended_by) == (today(), leader)


@pytest.fixture
def ahead(city, offering):
    """A dossier on which something was recorded for later than now: nothing can be recorded before it."""
    at = timezone.now() + timedelta(hours=1)
    return start_work(dossier=register(offering, city.ward_desk, at=at), actor=None, at=at)


def test_what_could_not_be_given_is_shown_with_its_reason_and_offered_again(client, leader, officers, dossier, ahead):
    client.force_login(leader)
    legs = [one.legs.get(position=1).pk for one in (dossier, ahead)]
    answer = client.post(PAGE, {"act": "giao", "giao-legs": legs, "giao-person": officers[0].pk})
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert "Đã giao 1 hồ sơ." in page.text
    section = page.find(attrs={"aria-labelledby": "not-done"})
    assert "1 hồ sơ chưa làm được" in section.text
    assert [line.text.split(":")[0] for line in section.find_all("li")] == [ahead.code]
    assert "sớm hơn việc đã ghi" in section.li.text
    offered = page.find_all("input", attrs={"name": "giao-legs"})
    assert [(int(box["value"]), box.has_attr("checked")) for box in offered] == [(legs[1], True)]
    assert page.find(id="id_giao-person").find("option", selected=True)["value"] == str(officers[0].pk)
    assert Dossier.objects.get(pk=dossier.pk).assignee == officers[0]


def test_what_stayed_with_somebody_away_is_shown_with_its_reason(client, leader, officers, ahead):
    later = timezone.now() + timedelta(hours=2)
    assign(dossier=ahead, leg=1, person=officers[0], actor=None, at=later)
    client.force_login(leader)
    answer = client.post(PAGE, {"act": "chuyen", "chuyen-absent": officers[0].pk, "chuyen-person": officers[1].pk})
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert ahead.code in page.find(attrs={"aria-labelledby": "not-done"}).text
    assert "Đã giao" not in page.text
    assert page.find(id="id_chuyen-absent").find("option", selected=True)["value"] == str(officers[0].pk)


def test_the_page_is_for_those_who_lead_and_for_their_own_units(client, city, officers, leader):
    client.force_login(officers[0])
    assert client.get(PAGE).status_code == 404
    client.force_login(leader)
    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}?don-vi={city.ward.slug}").status_code == 404
    assert client.post(PAGE, {"act": "xoa-het"}).status_code == 404
