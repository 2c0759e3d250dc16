import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User
from procedures.models import Offering, Procedure, ProcedureVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("quan-tri-thu", password="mot-cua-thu-nghiem"))
    return client


@pytest.mark.parametrize(
    "page", ["field", "procedure", "procedure/?code_verified__exact=0", "procedureversion", "offering"]
)
def test_every_table_of_the_catalogue_opens_in_the_admin(keeper: Client, page: str) -> None:
    address, _, query = page.partition("/")
    response = keeper.get(f"/quan-tri/procedures/{address}/{query}")
    assert response.status_code == 200


def test_a_procedure_without_a_version_has_a_dash_for_a_name(keeper: Client) -> None:
    known = Procedure.objects.all()[0]
    Procedure.objects.create(ref="chua-co-ban", level=known.level, field=known.field)
    response = keeper.get("/quan-tri/procedures/procedure/?q=chua-co-ban")
    page = BeautifulSoup(response.content, "html.parser")
    assert [cell.text for cell in page.select("td.field-current_name")] == ["—"]


def test_what_is_not_verified_is_marked(keeper: Client) -> None:
    page = keeper.get("/quan-tri/procedures/procedure/?code_verified__exact=0").content.decode()
    assert "chưa kiểm chứng" in page
    assert "đã kiểm chứng" not in page.replace("mã đã kiểm chứng", "").split("result_list", 1)[1]


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
