"""One person writes what a procedure says next, another publishes it; what was in force keeps its dossiers."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import Error, IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import User
from procedures.editing.actions.drafts import (
    DraftChangedMeanwhile,
    begin_draft,
    begin_withdrawal,
    draft_faults,
    publish_draft,
    save_content,
    save_decision,
    send_back,
    submit_draft,
)
from procedures.editing.actions.notice_checks import draw_check
from procedures.models import (
    Abbreviation,
    CatalogueChange,
    CatalogueUpdate,
    Offering,
    ProcedureDraft,
    ProcedureVersion,
    Publication,
)
from procedures.versions.actions.publishing import Decision, put_in_force, take_back
from procedures.versions.content import Content
from procedures.versions.content_differences import shown_state
from procedures.versions.publication_duty import last_overdue, public_by
from tests.databases import as_owner
from tests.factories import City, hanoi, make_offering, make_procedure, make_process, make_user, register
from units.calendar.lookup import working_calendar
from units.models import CalendarDay
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db

AT = hanoi(2026, 11, 23, 9)
TODAY = date(2026, 11, 23)
NEXT_MONTH = date(2026, 12, 1)
WHOLE: Content = {
    "audience": ["citizen"],
    "legal_basis": ["Luật Hộ tịch 2014"],
    "steps": ["Nộp hồ sơ", "Nhận kết quả"],
    "ways": [{"way": "desk", "term_text": "3 ngày làm việc", "fee_vnd": 0, "fee_note": ""}],
    "result": "Giấy khai sinh",
    "competent": "UBND phường",
    "term_amount": 3,
}


@pytest.fixture
def author(city: City) -> User:
    return make_user("editor", city.district)


@pytest.fixture
def second(city: City) -> User:
    return make_user("editor", city.district)


@pytest.fixture
def version() -> ProcedureVersion:
    return make_procedure("Đăng ký khai sinh")


def written(version: ProcedureVersion, author: User, valid_from: date = NEXT_MONTH, **changes: Any) -> ProcedureDraft:
    draft = begin_draft(procedure=version.procedure, author=author, at=AT)
    content = draft.content | WHOLE | changes
    draft = save_content(draft=draft, content=content, edition=draft.edition, actor=author, at=AT)
    return save_decision(
        draft=draft,
        decision="12/QĐ-UBND",
        decided_on=date(2026, 11, 20),
        valid_from=valid_from,
        edition=draft.edition,
        actor=author,
        at=AT,
    )


def published(version: ProcedureVersion, author: User, second: User, **changes: Any) -> Publication:
    draft = submit_draft(draft=written(version, author, **changes), actor=author, at=AT)
    assert draft.valid_from
    return publish_draft(draft=draft, seen=shown_state(draft), valid_from=draft.valid_from, actor=second, at=AT)


def test_a_version_follows_the_one_before_on_its_day_and_open_dossiers_stay_on_theirs(
    version: ProcedureVersion, city: City, author: User, second: User
) -> None:
    offering = make_offering(version, city.ward)
    before = register(offering, city.ward_desk, at=AT)
    due = before.due_at
    publication = published(version, author, second)
    after = register(offering, city.ward_desk, at=hanoi(2026, 12, 1, 9))
    before.refresh_from_db()
    assert (before.version, before.due_at) == (version, due)
    assert after.version == publication.version
    assert after.due_at == hanoi(2026, 12, 4, 17)
    version.refresh_from_db()
    assert version.valid.upper == NEXT_MONTH


def test_nobody_publishes_what_they_wrote_themselves(version: ProcedureVersion, author: User, second: User) -> None:
    draft = submit_draft(draft=written(version, author), actor=author, at=AT)
    with pytest.raises(RuleBroken, match="người thứ hai"):
        publish_draft(draft=draft, seen=shown_state(draft), valid_from=NEXT_MONTH, actor=author, at=AT)
    draft.refresh_from_db()
    draft.reviewer = author
    with pytest.raises(IntegrityError, match="procedure_draft_two_people"), transaction.atomic():
        draft.save()


def test_a_draft_sent_back_says_why_and_is_written_again(
    version: ProcedureVersion, author: User, second: User
) -> None:
    draft = submit_draft(draft=written(version, author), actor=author, at=AT)
    with pytest.raises(RuleBroken, match="chỗ cần sửa"):
        send_back(draft=draft, seen=shown_state(draft), reason="sai", actor=second, at=AT)
    draft = send_back(draft=draft, seen=shown_state(draft), reason="Thiếu Thông tư 04/2020", actor=second, at=AT)
    assert (draft.status, draft.sent_back_why) == ("writing", "Thiếu Thông tư 04/2020")
    with pytest.raises(RuleBroken, match="trạng thái"):
        publish_draft(draft=draft, seen=shown_state(draft), valid_from=NEXT_MONTH, actor=second, at=AT)
    assert submit_draft(draft=draft, actor=author, at=AT).sent_back_why == ""


def test_a_decision_is_refused_when_the_draft_or_what_is_published_is_not_what_was_read(
    version: ProcedureVersion, author: User, second: User
) -> None:
    draft = submit_draft(draft=written(version, author), actor=author, at=AT)
    seen = shown_state(draft)
    update = CatalogueUpdate.objects.create(
        file_name="x.json",
        sha256="0" * 64,
        valid_from=TODAY,
        author=author,
        created_at=AT,
        approver=second,
        applied_at=AT,
    )
    decision = Decision("1/QĐ", TODAY, TODAY, update=update)
    put_in_force(
        procedure=version.procedure, content=draft.content | {"fee_vnd": 7}, decision=decision, actor=second, at=AT
    )
    for act in (publish_draft, send_back):
        more = {"valid_from": NEXT_MONTH} if act is publish_draft else {"reason": "Thiếu Thông tư 04"}
        with pytest.raises(DraftChangedMeanwhile, match="đã đổi"):
            act(draft=draft, seen=seen, actor=second, at=AT, **more)
    publish_draft(draft=draft, seen=shown_state(draft), valid_from=NEXT_MONTH, actor=second, at=AT)


def test_a_save_of_an_older_edition_changes_nothing(version: ProcedureVersion, author: User) -> None:
    draft = begin_draft(procedure=version.procedure, author=author, at=AT)
    stored = save_content(draft=draft, content=draft.content | {"result": "A"}, edition=1, actor=author, at=AT)
    with pytest.raises(DraftChangedMeanwhile, match="cửa sổ khác"):
        save_content(draft=draft, content=draft.content | {"result": "B"}, edition=1, actor=author, at=AT)
    with pytest.raises(DraftChangedMeanwhile):
        save_decision(draft=draft, decision="1", decided_on=None, valid_from=None, edition=1, actor=author, at=AT)
    again = save_content(draft=draft, content=stored.content, edition=stored.edition, actor=author, at=AT)
    assert (again.edition, again.content["result"]) == (2, "A")


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"legal_basis": []}, "legal_basis"),
        ({"papers": []}, "papers"),
        ({"term_amount": None, "term_unit": ""}, "term_amount"),
        ({"online_level": "mot_phan"}, "online_reason"),
        ({"online_level": "toan_trinh"}, "online_level"),
        ({"committed": {"change": "all", "amount": 4, "unit": "working_day"}}, "committed"),
        ({"term_amount": 1}, "process"),
        ({"valid_from": date(2026, 11, 22)}, "valid_from"),
    ],
)
def test_what_contradicts_a_rule_is_shown_beside_its_field(
    version: ProcedureVersion, author: User, message: dict[str, Any], field: str
) -> None:
    make_process(version, ("desk", 8), ("handler", 8), ("desk", 8))
    draft = written(version, author, **message)
    assert [fault.field for fault in draft_faults(draft, TODAY)][:1] == [field]
    with pytest.raises(RuleBroken) as broken:
        submit_draft(draft=draft, actor=author, at=AT)
    assert broken.value.field == field


def test_a_law_shorter_than_an_offices_promise_is_refused_and_named(
    version: ProcedureVersion, city: City, author: User
) -> None:
    make_offering(version, city.ward, committed_amount=4, committed_unit="working_day")
    (fault,) = draft_faults(written(version, author), TODAY)
    assert fault.field == "term_amount"
    assert city.ward.name in fault.message


def test_versions_never_overlap_and_the_later_one_is_named(
    version: ProcedureVersion, author: User, second: User
) -> None:
    published(version, author, second)
    (fault,) = draft_faults(written(version, author, valid_from=NEXT_MONTH - timedelta(days=3)), TODAY)
    assert fault == ("valid_from", "Đã có phiên bản áp dụng từ 01/12/2026: hai phiên bản không được chồng nhau.")


def test_a_promise_changes_with_its_version_and_dossiers_keep_the_one_they_were_given(
    version: ProcedureVersion, city: City, author: User, second: User
) -> None:
    offering = make_offering(version, city.ward)
    dossier = register(offering, city.ward_desk, at=AT)
    publication = published(version, author, second, committed={"change": "all", "amount": 1, "unit": "working_day"})
    now = Offering.objects.in_force(NEXT_MONTH).get(procedure=version.procedure)
    dossier.refresh_from_db()
    assert (dossier.offering, now.committed_amount) == (offering, 1)
    take_back(publication=publication, actor=author, at=AT)
    assert list(Offering.objects.values_list("pk", "valid", "committed_amount")) == [
        (offering.pk, DateRange(offering.valid.lower, None), None)
    ]
    version.refresh_from_db()
    assert version.valid.upper is None


def test_what_dossiers_were_taken_in_by_is_not_taken_back(
    version: ProcedureVersion, city: City, author: User, second: User
) -> None:
    offering = make_offering(version, city.ward)
    publication = published(version, author, second, valid_from=TODAY)
    register(offering, city.ward_desk, at=AT)
    with pytest.raises(RuleBroken, match="Đã có hồ sơ"):
        take_back(publication=publication, actor=author, at=AT)
    assert version.procedure.versions.count() == 2


def test_a_procedure_withdrawn_from_a_day_is_taken_in_until_then(
    version: ProcedureVersion, city: City, author: User, second: User
) -> None:
    offering = make_offering(version, city.ward)
    draft = begin_withdrawal(procedure=version.procedure, author=author, at=AT)
    save_decision(
        draft=draft, decision="13/QĐ", decided_on=TODAY, valid_from=NEXT_MONTH, edition=1, actor=author, at=AT
    )
    draft = submit_draft(draft=draft, actor=author, at=AT)
    publication = publish_draft(draft=draft, seen=shown_state(draft), valid_from=NEXT_MONTH, actor=second, at=AT)
    assert ProcedureVersion.objects.on_offer(NEXT_MONTH - timedelta(days=1)).exists()
    assert not ProcedureVersion.objects.on_offer(NEXT_MONTH).exists()
    take_back(publication=publication, actor=second, at=AT)
    offering.refresh_from_db()
    assert offering.valid.upper is None


def test_a_decision_is_public_within_five_working_days() -> None:
    for day in ("2026-08-31", "2026-09-01", "2026-09-02"):
        CalendarDay.objects.create(day=day, kind="holiday", reason="Quốc khánh", source="Thông báo")
    calendar = working_calendar()
    assert public_by(date(2026, 8, 28), calendar) == date(2026, 9, 9)
    assert last_overdue(date(2026, 9, 9), calendar) < date(2026, 8, 28)
    assert last_overdue(date(2026, 9, 10), calendar) >= date(2026, 8, 28)


def test_every_change_is_written_down_with_who_made_it_and_never_changed(
    version: ProcedureVersion, author: User, second: User
) -> None:
    publication = published(version, author, second)
    made = CatalogueChange.objects.filter(table="procedures_procedureversion", actor=second)
    assert {(change.operation, change.row) for change in made} == {
        ("UPDATE", version.pk),
        ("INSERT", publication.version_id),
    }
    ended = made.get(operation="UPDATE")
    assert (set(ended.after), ended.procedure) == ({"valid"}, version.procedure)
    assert CatalogueChange.objects.filter(actor=author, table="procedures_proceduredraft").exists()
    for attempt in ("UPDATE procedures_cataloguechange SET actor_id = 0", "DELETE FROM procedures_cataloguechange"):
        refused = pytest.raises(Error, match="append-only")
        with as_owner(), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt)


def test_fields_words_forms_publications_updates_and_checks_are_watched_too(
    version: ProcedureVersion, city: City, author: User, second: User
) -> None:
    make_offering(version, city.ward)
    publication = published(version, author, second)
    field = version.procedure.field
    was = field.name
    field.name = "Lĩnh vực mới"
    field.save()
    Abbreviation.objects.create(short="zz", meaning="thử")
    draw_check(office=city.ward, on=TODAY, how_many=1, actor=second, at=AT)
    last = {row.table.removeprefix("procedures_"): row for row in CatalogueChange.objects.order_by("pk")}
    assert last["publication"].row == publication.pk
    assert (last["field"].before, last["field"].after["name"]) == ({"name": was}, "Lĩnh vực mới")
    assert last["abbreviation"].after["short"] == "zz"
    assert (last["postedcheck"].actor, last["postedcheckline"].procedure) == (second, version.procedure)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'note_change'")
        watched = {table for (table,) in cursor.fetchall()}
    every = {model._meta.db_table for model in apps.get_app_config("procedures").get_models()}
    assert every - watched == {"procedures_catalogueversion", "procedures_cataloguechange"}


def test_a_change_tells_what_was_and_what_is(version: ProcedureVersion, author: User) -> None:
    draft = written(version, author, fee_vnd=9000)
    save_content(
        draft=draft,
        content=draft.content | {"fee_vnd": None, "papers": []},
        edition=draft.edition,
        actor=author,
        at=AT,
    )
    row = CatalogueChange.objects.filter(table="procedures_proceduredraft").first()
    assert row is not None
    shown = {value.name: (value.before, value.after) for value in row.values}
    assert shown["nội dung: phí, lệ phí (đồng)"] == ("9000", "")
    assert "Giấy tờ 1" in shown["nội dung: thành phần hồ sơ"][0]
    assert shown["lần sửa"] == ("3", "4")
