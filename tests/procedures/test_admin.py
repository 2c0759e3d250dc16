from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model
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


def test_terms_audiences_and_validity_are_shown_in_words(keeper: Client) -> None:
    offering = Offering.objects.get(procedure__ref="1.004873", unit__slug="nguyen-du")
    offering.valid = DateRange(date(2020, 1, 1), date(2021, 1, 1))
    offering.save()
    rows = keeper.get("/quan-tri/procedures/offering/?q=1.004873").content.decode()
    assert "01/01/2020 – 31/12/2020" in rows
    assert "từ 01/01/2020" in rows
    assert "[20" not in rows
    assert ">working_day<" not in rows
    version = ProcedureVersion.objects.get(procedure__ref="1.001193")
    page = keeper.get(f"/quan-tri/procedures/procedureversion/{version.pk}/change/")
    shown = BeautifulSoup(page.content, "html.parser")
    assert shown.select_one(".field-audience_words .readonly").text == "người dân"
    assert shown.select_one(".field-term_unit .readonly").text == "trong ngày"
    assert shown.select_one(".field-valid_words .readonly").text.startswith("từ ")


def test_the_administration_is_headed_by_its_own_name(keeper: Client) -> None:
    page = BeautifulSoup(keeper.get("/quan-tri/").content, "html.parser")
    assert page.select_one("#site-name").get_text(strip=True) == "Quản trị cổng một cửa"
    assert "Django" not in page.title.text


def test_a_version_opens_with_its_papers_and_steps(keeper: Client) -> None:
    version = ProcedureVersion.objects.get(procedure__ref="1.001193")
    page = keeper.get(f"/quan-tri/procedures/procedureversion/{version.pk}/change/").content.decode()
    assert "Tờ khai đăng ký khai sinh" in page


@pytest.mark.parametrize("kind", [ProcedureVersion, Offering, Process])
def test_what_is_in_force_is_looked_at_and_never_changed_by_one_person(keeper: Client, kind: type[Model]) -> None:
    row = kind._default_manager.order_by("pk")[0]
    at = f"/quan-tri/procedures/{kind._meta.model_name}/"
    page = BeautifulSoup(keeper.get(f"{at}{row.pk}/change/").content, "html.parser")
    assert page.select_one("#content h1, #content h2")
    assert not page.select("#content-main :is(input:not([type=hidden]), select, textarea)")
    for address in (f"{row.pk}/change/", f"{row.pk}/delete/", "add/"):
        assert keeper.post(f"{at}{address}", {"name": "Tên khác", "post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    keeper.post(at, chosen)
    assert row == kind._default_manager.get(pk=row.pk)


def test_what_has_no_other_place_is_changed_there(keeper: Client) -> None:
    known = Procedure.objects.get(ref="1.001193")
    at = f"/quan-tri/procedures/procedure/{known.pk}/change/"
    form = {"national_code": known.national_code, "level": known.level_id, "field": known.field_id}
    answer = keeper.post(at, {**form, "code_verified": "on", "abbreviations": "ks", "sayings": "giấy khai sinh"})
    assert answer.status_code == 302
    known.refresh_from_db()
    assert known.sayings == ["giấy khai sinh"]
    wrong = keeper.post("/quan-tri/procedures/procedure/add/", {**form, "national_code": "", "ref": "../x"})
    assert "Chỉ gồm chữ không dấu, chữ số" in wrong.content.decode()
