"""A denunciation: nothing of it stands anywhere in clear, and it exists for its named handlers alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import IntegrityError, connection, transaction

from complaints.clock.states import Kind
from complaints.models import Case, CaseHandler, CaseReading, CaseText, Reporter, SealedBox
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.handlers.actions import end_handler, name_handler
from complaints.sealed.encryption import CannotOpen
from complaints.sealed.opening import NotNamed, open_boxes, reseal_boxes
from complaints.texts.actions import add_note
from notices.models import Notice
from tests.complaints.cases import ADDRESS, AT, CONTENT, NAME, PHONE, make_inspector, received
from tests.factories import City, make_user
from units.rules import RuleBroken

LATER = AT + timedelta(days=1)


def whole_database() -> str:
    """The text of every row of every table of the portal, as a copy of the database would show it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        shown = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            shown += [row for (row,) in cursor.fetchall()]
    return "\n".join(shown)


def test_no_table_says_who_denounces_or_in_which_words(city: City) -> None:
    inspector = make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION, channel="counter", place="Số 9 phố Lò Đúc")
    add_note(case=case, text="Người tố cáo sẽ đến thứ Sáu.", actor=inspector, at=LATER)
    stored = whole_database()
    for secret in (NAME, PHONE, ADDRESS, CONTENT, "Lò Đúc", "thứ Sáu"):
        assert secret not in stored
    opened = open_boxes(case=case, reader=inspector, page="case", at=LATER)
    assert (opened.person.name, opened.person.phone) == (NAME, PHONE)
    assert [word.text for word in opened.words] == [CONTENT, "Người tố cáo sẽ đến thứ Sáu."]


def test_it_exists_for_its_named_handlers_alone(city: City) -> None:
    inspector = make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION, channel="counter")
    others = [
        make_user(role, city.district) for role in ("clerk", "specialist", "leader", "official", "administrator")
    ]
    assert list(Case.objects.visible_to(inspector)) == [case]
    assert not any(Case.objects.visible_to(other).exists() for other in others)
    with pytest.raises(NotNamed):
        open_boxes(case=case, reader=others[2], page="case", at=LATER)


def test_every_look_at_the_secrets_is_written_down(city: City) -> None:
    inspector = make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION, channel="counter")
    open_boxes(case=case, reader=inspector, page="case", at=LATER)
    reading = CaseReading.objects.get()
    assert (reading.user, reading.case, reading.is_of_secrets) == (inspector, case, True)


def test_what_comes_by_web_is_information_as_secret_as_a_denunciation_and_told_to_nobody(city: City) -> None:
    make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION)
    assert (case.kind, case.is_sealed) == (Kind.DENUNCIATION_INFO, True)
    assert not Notice.objects.exists()


def test_where_no_inspector_is_nobody_takes_a_denunciation_in(city: City) -> None:
    with pytest.raises(RuleBroken, match="chưa có người tiếp nhận"):
        received(city.ward, Kind.DENUNCIATION, channel="counter")


def test_a_petition_that_proves_to_be_a_denunciation_is_sealed_whole(city: City) -> None:
    inspector = make_inspector(city.district)
    clerk = make_user("clerk", city.ward)
    case = received(city.ward, channel="counter")
    assert Case.objects.visible_to(clerk).exists()
    sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=clerk, at=LATER)
    assert not Case.objects.visible_to(clerk).exists()
    assert NAME not in whole_database()
    assert open_boxes(case=case, reader=inspector, page="case", at=LATER).person.name == NAME


def test_the_database_refuses_a_plain_row_of_a_sealed_case_and_a_half_sealed_one(city: City) -> None:
    make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION, channel="counter")
    plain = received(city.ward)
    refused = (
        lambda: CaseText.objects.create(case=case, sort="note", text=NAME, at=AT),
        lambda: Reporter.objects.create(case=case, name=NAME),
        lambda: Case.objects.filter(pk=plain.pk).update(is_sealed=True, kind="denunciation"),
        lambda: Case.objects.filter(pk=case.pk).update(place=ADDRESS),
    )
    for write in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_opening_a_case_that_is_no_denunciation_needs_its_reason(city: City) -> None:
    make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION, channel="counter")
    with pytest.raises(RuleBroken) as refused:
        sort_case(case=case, sorting=Sorting(Kind.PETITION), actor=None, at=LATER)
    assert refused.value.field == "reason"
    sort_case(case=case, sorting=Sorting(Kind.PETITION, reason="Không nêu ai vi phạm."), actor=None, at=LATER)
    assert Reporter.objects.get(case=case).name == NAME
    assert not CaseHandler.objects.filter(until=None).exists()
    assert not SealedBox.objects.exists()


def test_only_a_handler_names_another_and_one_always_stays(city: City) -> None:
    first, second = make_inspector(city.district), make_inspector(city.other_ward)
    case = received(city.ward, Kind.DENUNCIATION, channel="counter")
    outsider = make_user("leader", city.district)
    with pytest.raises(RuleBroken):
        name_handler(case=case, user=second, actor=outsider, at=LATER)
    with pytest.raises(RuleBroken):
        name_handler(case=case, user=outsider, actor=first, at=LATER)
    name_handler(case=case, user=second, actor=first, at=LATER)
    end_handler(case=case, user=first, actor=second, at=LATER)
    with pytest.raises(RuleBroken, match="luôn có người"):
        end_handler(case=case, user=second, actor=second, at=LATER)
    assert not Case.objects.visible_to(first).exists()


def test_keys_are_turned_over_and_without_its_key_a_box_stays_closed(city: City, settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.SEALING_KEYS = [old]
    inspector = make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION, channel="counter")
    settings.SEALING_KEYS = [new, old]
    assert reseal_boxes() == 2
    settings.SEALING_KEYS = [new]
    assert open_boxes(case=case, reader=inspector, page="case", at=LATER).person.name == NAME
    settings.SEALING_KEYS = [old]
    with pytest.raises(CannotOpen):
        open_boxes(case=case, reader=inspector, page="case", at=LATER)
