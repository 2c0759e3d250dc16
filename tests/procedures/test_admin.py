from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from accounts.models import User
from procedures.models import Offering, Procedure, ProcedureVersion, Process

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("quan-tri-thu", password="mot-cua-thu-nghiem"))
    return client


@pytest.mark.parametrize(
    "page", ["field", "procedure", "procedure/?code_verified__exact=0", "procedureversion", "process", "offering"]
)
def test_every_table_of_the_catalogue_opens_in_the_admin(keeper: Client, page: str) -> None:
    address, _, query = page.partition("/")
    response = keeper.get(f"/quan-tri/procedures/{address}/{query}")
    assert response.status_code == 200


def test_a_procedure_without_a_version_has_a_dash_for_a_name(keeper: Client) -> None:
    known = Procedure.objects.all()[0]
    Procedure.objects.create(ref="chua-co-ban-1", level=known.level, field=known.field)
    response = keeper.get("/quan-tri/procedures/procedure/?q=chua-co-ban-1")
    page = BeautifulSoup(response.content, "html.parser")
    assert [cell.text for cell in page.select("td.field-current_name")] == ["—"]


def test_what_is_not_verified_is_marked(keeper: Client) -> None:
    page = keeper.get("/quan-tri/procedures/procedure/?code_verified__exact=0").content.decode()
    assert "chưa kiểm chứng" in page
    marks = BeautifulSoup(page, "html.parser").select("td.field-code_mark")
    assert marks
    assert {mark.text for mark in marks} == {"chưa kiểm chứng"}


@pytest.mark.parametrize("table", ["procedure", "procedureversion", "offering"])
def test_no_two_columns_of_a_table_have_the_same_head(keeper: Client, table: str) -> None:
    page = BeautifulSoup(keeper.get(f"/quan-tri/procedures/{table}/").content, "html.parser")
    heads = [head.get_text(strip=True) for head in page.select("#result_list thead th .text")]
    assert len(heads) == len(set(heads)) > 4


def test_terms_audiences_and_validity_are_said_in_words(keeper: Client) -> None:
    offering = Offering.objects.get(procedure__ref="1.004873", unit__slug="nguyen-du")
    offering.valid = DateRange(date(2020, 1, 1), date(2021, 1, 1))
    offering.save()
    rows = keeper.get("/quan-tri/procedures/offering/?q=1.004873").content.decode()
    assert "01/01/2020 – 31/12/2020" in rows
    assert "từ 01/01/2020" in rows
    assert "[20" not in rows
    assert ">working_day<" not in rows
    version = ProcedureVersion.objects.get(procedure__ref="1.001193")
    form = BeautifulSoup(
        keeper.get(f"/quan-tri/procedures/procedureversion/{version.pk}/change/").content, "html.parser"
    )
    ticked = form.select("input[name=audience][checked]")
    assert [box.parent.get_text(strip=True) for box in ticked] == ["người dân"]
    units = {option["value"]: option.text for option in form.select("select[name=term_unit] option")}
    assert (units["working_day"], units["same_day"]) == ("ngày làm việc", "trong ngày")


def test_the_administration_is_headed_by_its_own_name(keeper: Client) -> None:
    page = BeautifulSoup(keeper.get("/quan-tri/").content, "html.parser")
    assert page.select_one("#site-name").get_text(strip=True) == "Quản trị cổng một cửa"
    assert "Django" not in page.title.text


def test_a_promise_longer_than_the_law_is_refused_beside_its_field(keeper: Client) -> None:
    offering = Offering.objects.get(procedure__ref="1.004873", unit__slug="nguyen-du")
    form = {
        "procedure": offering.procedure_id,
        "unit": offering.unit_id,
        "handler": offering.handler_id,
        "valid_0": "2020-01-01",
        "valid_1": "",
        "committed_amount": 9,
        "committed_unit": "working_day",
        "cut_off": "",
    }
    response = keeper.post(f"/quan-tri/procedures/offering/{offering.pk}/change/", form)
    assert response.status_code == 200
    assert "Không được dài hơn thời hạn theo quy định." in response.content.decode()
    assert (
        keeper.post(
            f"/quan-tri/procedures/offering/{offering.pk}/change/", {**form, "committed_amount": 2}
        ).status_code
        == 302
    )
    offering.refresh_from_db()
    assert offering.committed_amount == 2


def test_a_version_opens_with_its_papers_and_steps(keeper: Client) -> None:
    version = ProcedureVersion.objects.get(procedure__ref="1.001193")
    page = keeper.get(f"/quan-tri/procedures/procedureversion/{version.pk}/change/").content.decode()
    assert "Tờ khai đăng ký khai sinh" in page


def test_a_process_is_copied_edited_and_approved_and_then_only_read(keeper: Client) -> None:
    sample = Process.objects.in_use().select_related("version")[0]
    at = "/quan-tri/procedures/process/"
    keeper.post(at, {"action": "begin_edition", "_selected_action": [sample.pk]})
    draft = Process.objects.get(version=sample.version, edition=2)
    told = keeper.post(at, {"action": "approve", "_selected_action": [draft.pk]}, follow=True).content.decode()
    assert "Hãy ghi mã quy trình" in told
    Process.objects.filter(pk=draft.pk).update(number="QT-02", decision="12/QĐ", approver="Trưởng phòng")
    keeper.post(at, {"action": "approve", "_selected_action": [draft.pk]})
    assert Process.objects.in_use().get(version=sample.version) == draft
    assert keeper.post(f"{at}{draft.pk}/change/", {}).status_code == 403
    assert keeper.get(f"{at}{draft.pk}/change/").status_code == 200


def test_a_process_longer_than_its_term_is_refused_in_the_admin_with_a_sentence(keeper: Client) -> None:
    sample = Process.objects.in_use().select_related("version")[0]
    keeper.post("/quan-tri/procedures/process/", {"action": "begin_edition", "_selected_action": [sample.pk]})
    draft = Process.objects.get(version=sample.version, edition=2)
    steps = list(draft.steps.all())
    form = {
        "version": draft.version_id,
        "edition": 2,
        "steps-TOTAL_FORMS": len(steps),
        "steps-INITIAL_FORMS": len(steps),
    }
    for place, step in enumerate(steps):
        row = {"id": step.pk, "process": draft.pk, "position": step.position, "name": step.name, "place": step.place}
        form |= {f"steps-{place}-{name}": value for name, value in (row | {"hours": 5000, "group": 0}).items()}
    answer = keeper.post(f"/quan-tri/procedures/process/{draft.pk}/change/", form)
    assert "vượt quá thời hạn" in answer.content.decode()
    assert {step.hours for step in draft.steps.all()} == {step.hours for step in sample.steps.all()}
