"""The pages on which offices are merged, divided and moved: shown first, proposed by one, decided by another."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.ledger import record
from accounts.models import AccountEvent, Membership, User
from dossiers.changes.reorganisation.forms import SplitForm
from dossiers.models import Dossier
from procedures.models import Offering
from tests.factories import City, hanoi, make_offering, make_procedure, make_unit, make_units, make_user, register
from units.models import CodeTemplate, ReorganisationDraft, Unit, UnitMove, UnitSuccessor

pytestmark = pytest.mark.django_db
HOME = "/can-bo/sap-xep/"
MERGE, SPLIT, MOVE = (f"{HOME}{kind}/" for kind in ("hop-nhat", "chia-tach", "chuyen"))
PROPOSE = {"do": "de-nghi"}


@pytest.fixture
def city() -> City:
    """Two wards that offer the same, each with a clerk; the first has a dossier in hand."""
    city, version = make_units(), make_procedure()
    for ward in (city.ward, city.other_ward):
        make_offering(version, ward)
        make_user("clerk", ward.desk)
    register(Offering.objects.get(unit=city.ward), city.ward_desk, at=hanoi(2025, 6, 30))
    return city


@pytest.fixture
def as_administrator(client, city):
    client.force_login(make_user("administrator", city.district))
    return client


def decide(city: City, doing: str = "duyet", role: str = "official", **more: str):
    """A second person decides on the latest proposal."""
    second = Client()
    second.force_login(make_user(role, city.district))
    return second.post(
        f"{HOME}de-nghi/{ReorganisationDraft.objects.latest('pk').pk}/", {"do": doing} | more, follow=True
    )


def new_unit(city: City, prefix: str, slug: str = "moi", **given: str) -> dict[str, str]:
    typed = {
        "name": f"Phường {slug.title()}",
        "kind": str(city.ward.kind_id),
        "parent": str(city.district.pk),
        "slug": slug,
        "gso": "",
        "desk_name": f"Một cửa {slug.title()}",
        "code_prefix": f"N.{slug.upper()}",
    }
    return {f"{prefix}-{name}": value for name, value in (typed | given).items()}


def merger(city: City, **given: object) -> dict[str, object]:
    olds = [city.ward.pk, city.other_ward.pk]
    return {"on": "01/07/2025", "source": "NQ 1656", "olds": olds} | new_unit(city, "new") | given


def division(city: City, **given: object) -> dict[str, object]:
    parts = new_unit(city, "parts-0", "mot") | new_unit(city, "parts-1", "hai")
    frame = {"on": "01/07/2025", "source": "NQ 1", "old": city.ward.pk, "takes_over": "1", "parts": "2"}
    return frame | parts | given


def move(city: City, **given: object) -> dict[str, object]:
    other = make_unit("Quận Khác", "district")
    return {"on": "01/07/2025", "source": "NQ 1", "unit": city.ward.pk, "parent": other.pk} | given


def everything() -> list[object]:
    models = (Unit, UnitSuccessor, UnitMove, CodeTemplate, Membership, Offering, Dossier)
    return [list(model.objects.order_by("pk").values()) for model in models]


def text(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").find("main").get_text(" ").split())


def cells(response) -> list[list[str]]:
    rows = BeautifulSoup(response.content, "html.parser").select("main tbody tr")
    return [[" ".join(cell.get_text().split()) for cell in row.select("th, td")] for row in rows]


def typed_in(response) -> dict[str, object]:
    """What the form of the page would send."""
    given: dict[str, list[str]] = {}
    for one in BeautifulSoup(response.content, "html.parser").select("main form [name]"):
        if one.name == "input" and one.get("type") not in {"checkbox", "radio"}:
            given.setdefault(one["name"], []).append(one.get("value", ""))
    return given


def test_a_merger_is_shown_first_proposed_and_carried_out_by_a_second_person(as_administrator, city):
    before = everything()
    shown = as_administrator.post(MERGE, merger(city))
    assert shown.status_code == 200
    assert cells(shown) == [
        ["Phường Thử Nhất", "→ Phường Moi", "1"],
        ["Một cửa Phường Thử Nhất", "→ Một cửa Moi", "1"],
        ["Phường Thử Hai", "→ Phường Moi", "0"],
        ["Một cửa Phường Thử Hai", "→ Một cửa Moi", "0"],
    ]
    assert "Ngày cuối của đơn vị cũ: 30/06/2025." in text(shown)
    assert "Vai trò của cán bộ 2 Nơi thực hiện thủ tục 1 Hồ sơ chưa trả 1" in text(shown)
    assert "Phường Moi · Ward · trực thuộc Quận Thử" in text(shown)
    assert everything() == before

    proposed = as_administrator.post(MERGE, typed_in(shown) | PROPOSE, follow=True)
    assert "Chờ duyệt" in text(proposed)
    assert everything() == before
    assert as_administrator.post(proposed.redirect_chain[-1][0], {"do": "duyet"}).status_code == 422
    assert everything() == before
    done = decide(city)
    assert "2 vai trò, 1 nơi thực hiện, 1 hồ sơ đi tiếp" in done.content.decode()
    assert ["Phường Thử Hai", "Phường Moi", "01/07/2025", "NQ 1656"] in cells(done)
    ward = Unit.objects.get(slug="moi")
    dossier = Dossier.objects.get()
    assert (dossier.receiving_desk, dossier.desk, dossier.handler) == (city.ward_desk, ward.desk, ward)
    assert dossier.events.last().actor == Membership.objects.get(role="official").user
    assert Offering.objects.in_force(timezone.localdate()).get().unit == ward


def test_an_account_in_the_proposers_hands_approves_nothing(as_administrator, city):
    proposer = User.objects.get(memberships__role="administrator")
    as_administrator.post(MERGE, merger(city) | PROPOSE)
    puppet, before = make_user("official", city.district), everything()
    record(AccountEvent.Kind.LINK_SENT, person=puppet, actor=proposer, at=timezone.now())
    client = Client()
    client.force_login(puppet)
    page = f"{HOME}de-nghi/{ReorganisationDraft.objects.get().pk}/"
    refused = client.post(page, {"do": "duyet"})
    assert refused.status_code == 422
    assert "cần một người khác" in refused.content.decode()
    assert everything() == before


def test_a_merger_on_a_day_ahead_counts_the_dossiers_that_will_continue_then(as_administrator, city):
    day = timezone.localdate() + timedelta(days=30)
    ahead = merger(city, on=f"{day:%d/%m/%Y}")
    shown = text(as_administrator.post(MERGE, ahead))
    calls = "Cuộc gọi còn phải gọi lại, còn phải ghi 0"
    others = f"Phản ánh, kiến nghị chưa trả lời 0 {calls} Lượt hẹn tiếp công dân 0"
    assert f"Hồ sơ chưa trả 1 {others} Số hồ sơ tính đến lúc này" in shown
    assert "tổng số chỉ tính một lần." in shown
    as_administrator.post(MERGE, ahead | PROPOSE)
    done = decide(city)
    assert "0 hồ sơ đi tiếp" in done.content.decode()
    assert Dossier.objects.get().desk == city.ward_desk


def test_a_division_gives_what_was_open_to_the_part_that_is_named(as_administrator, city):
    shown = as_administrator.post(SPLIT, division(city))
    assert cells(shown)[:2] == [
        ["Phường Thử Nhất", "→ Phường Mot", "–"],
        ["Phường Thử Nhất", "→ Phường Hai", "1"],
    ]
    assert as_administrator.post(SPLIT, typed_in(shown) | PROPOSE).status_code == 302
    decide(city)
    assert Dossier.objects.get().handler == Unit.objects.get(slug="hai")
    assert "(Một phần)" in text(as_administrator.get(HOME))


def test_a_division_grows_by_a_part_at_a_time_and_what_was_typed_stays(as_administrator, city):
    more = as_administrator.post(SPLIT, division(city, source="") | {"do": "them"})
    assert more.status_code == 200
    page = BeautifulSoup(more.content, "html.parser")
    assert page.find("input", {"name": "parts"})["value"] == "3"
    assert page.find("input", {"name": "parts-1-slug"})["value"] == "hai"
    assert page.find("input", {"name": "parts-2-slug"})
    assert not page.select(".errors, .error")
    assert SplitForm(initial={"parts": "99"}).count == 6


def test_an_office_moves_below_another_one(as_administrator, city):
    typed = move(city)
    shown = as_administrator.post(MOVE, typed)
    assert "Từ trực thuộc Quận Thử sang trực thuộc Quận Khác" in text(shown)
    assert not UnitMove.objects.exists()
    as_administrator.post(MOVE, typed_in(shown) | PROPOSE)
    done = decide(city, role="administrator")
    assert "Đã sắp xếp từ ngày 01/07/2025." in done.content.decode()
    assert Unit.objects.get(pk=city.ward.pk).parent_id == typed["parent"]
    assert ["Phường Thử Nhất", "Quận Thử", "Quận Khác", "01/07/2025", "NQ 1"] in cells(as_administrator.get(HOME))


def test_going_back_from_what_is_shown_keeps_what_was_typed(as_administrator, city):
    shown = as_administrator.post(MERGE, merger(city))
    again = as_administrator.post(MERGE, typed_in(shown) | {"do": "sua"})
    page = BeautifulSoup(again.content, "html.parser")
    assert (again.status_code, page.find("input", {"name": "new-slug"})["value"]) == (200, "moi")
    assert {int(box["value"]) for box in page.select("input[name=olds][checked]")} == {
        city.ward.pk,
        city.other_ward.pk,
    }


def test_every_rule_is_shown_beside_its_field_and_nothing_is_changed(as_administrator, city):
    ended = make_unit("Đã Hết", "ward", city.district, valid_to="2020-01-01")
    CodeTemplate.objects.create(unit=city.department, prefix="P.1", valid_from="2015-01-01")
    nobody = dict.fromkeys(new_unit(city, "new"), "")
    moved = move(city)
    before = everything()
    for page, typed, field, message in [
        (MERGE, merger(city, olds=[]), "olds", "ít nhất một đơn vị"),
        (MERGE, merger(city, olds=[ended.pk]), "olds", "đã kết thúc hoạt động"),
        (MERGE, merger(city, olds=["x"]), "olds", "đã kết thúc hoạt động"),
        (MERGE, merger(city, olds=[city.district.pk]), "olds", "còn đơn vị trực thuộc"),
        (MERGE, merger(city) | {"new-parent": city.ward.pk}, "new-parent", "bên dưới nó"),
        (MERGE, merger(city, **nobody | {"new-existing": city.ward.pk}), "new-existing", "vào chính nó"),
        (MERGE, merger(city, **nobody | {"new-existing": ended.pk}), "new-existing", "đã kết thúc hoạt động"),
        (
            MERGE,
            merger(city, **nobody | {"new-existing": city.department.pk}),
            "new-existing",
            "chưa có nơi tiếp nhận",
        ),
        (MERGE, merger(city, **nobody), "new-existing", "hoặc ghi đơn vị mới"),
        (MERGE, merger(city) | {"new-existing": city.department.pk}, "new-existing", "Chỉ chọn một"),
        (MERGE, merger(city) | {"new-slug": city.department.slug}, "new-slug", "đã tồn tại"),
        (MERGE, merger(city) | {"new-slug": "Không hợp lệ"}, "new-slug", "không dấu"),
        (MERGE, merger(city) | {"new-slug": ""}, "new-slug", "Hãy ghi định danh"),
        (MERGE, merger(city) | {"new-kind": ""}, "new-kind", "Hãy chọn loại"),
        (MERGE, merger(city) | {"new-desk_name": ""}, "new-desk_name", "Có mã cơ quan"),
        (MERGE, merger(city) | {"new-desk_name": "", "new-code_prefix": ""}, "new-desk_name", "chưa có nơi tiếp nhận"),
        (MERGE, merger(city) | {"new-code_prefix": "P.1"}, "new-code_prefix", "đang được một đơn vị khác dùng"),
        (MERGE, merger(city, on=""), "on", "Hãy ghi ngày"),
        (MERGE, merger(city, on="31/02/2025"), "on", "Ghi ngày theo mẫu"),
        (MERGE, merger(city, on="01/07/1999"), "on", "Chỉ nhận ngày từ năm"),
        (MERGE, merger(city, on="01/07/2999"), "on", "Chỉ nhận ngày từ năm"),
        (MERGE, merger(city, on="01/01/2015"), "on", "phải sau ngày"),
        (MERGE, merger(city, source=" "), "source", "Hãy nêu văn bản"),
        (SPLIT, division(city, old=""), "old", "Hãy chọn đơn vị được chia"),
        (SPLIT, division(city, old=city.district.pk), "old", "còn đơn vị trực thuộc"),
        (SPLIT, division(city, takes_over=""), "takes_over", "nhận hồ sơ đang giải quyết"),
        (SPLIT, division(city, **dict.fromkeys(new_unit(city, "parts-1"), "")), "parts-1-existing", "Hãy chọn"),
        (SPLIT, division(city) | {"parts-1-slug": "mot"}, "parts-1-existing", "nêu hai lần"),
        (SPLIT, division(city) | {"parts-1-code_prefix": "P.1"}, "parts-1-code_prefix", "đơn vị khác dùng"),
        (MOVE, moved | {"parent": city.ward.pk}, "parent", "bên dưới nó"),
        (MOVE, moved | {"unit": city.district.pk, "parent": city.ward.pk}, "parent", "bên dưới nó"),
        (MOVE, moved | {"parent": city.district.pk}, "parent", "đã trực thuộc"),
        (MOVE, moved | {"on": f"{timezone.localdate() + timedelta(days=2):%d/%m/%Y}"}, "on", "đã đến ngày chuyển"),
        (MOVE, moved | {"on": "01/07/2014"}, "unit", "không hoạt động vào ngày"),
    ]:
        response = as_administrator.post(page, typed | PROPOSE)
        beside = BeautifulSoup(response.content, "html.parser").find(id=f"id_{field}_error")
        assert response.status_code == 422, (field, message)
        assert beside is not None, (field, message)
        assert message in beside.get_text()
        assert typed["source"] == " " or 'value="NQ 1' in response.content.decode()
    assert everything() == before


def test_an_office_that_was_given_dossiers_since_is_not_ended_in_a_past_season(as_administrator, city):
    """Recording it late is possible, as documents reach the portal late; rewriting the past is not."""
    today = timezone.localdate()
    offering = Offering.objects.get(unit=city.ward)
    register(offering, city.ward_desk, at=timezone.now() - timedelta(days=10))
    before = everything()
    typed = merger(city, on=f"{today - timedelta(days=91):%d/%m/%Y}")
    for doing in ({}, PROPOSE):
        refused = as_administrator.post(MERGE, typed | doing)
        beside = BeautifulSoup(refused.content, "html.parser").find(id="id_on_error").get_text()
        assert refused.status_code == 422
        assert f"còn có hồ sơ nhận ngày {today - timedelta(days=10):%d/%m/%Y}" in beside
    assert everything() == before
    recent = merger(city, on=f"{today - timedelta(days=90):%d/%m/%Y}")
    assert as_administrator.post(MERGE, recent | PROPOSE).status_code == 302


def test_an_office_that_somebody_else_merged_meanwhile_is_refused(as_administrator, city):
    typed = merger(city)
    other = merger(city) | new_unit(city, "new", "nua")
    for proposed in (typed, other):
        assert as_administrator.post(MERGE, proposed | PROPOSE).status_code == 302
    decide(city)
    before = everything()
    too_late = ReorganisationDraft.objects.earliest("pk").pk
    assert "còn thực hiện được" in text(as_administrator.get(f"{HOME}de-nghi/{too_late}/"))
    late = as_administrator.post(MERGE, typed | new_unit(city, "new", "khac") | PROPOSE)
    assert late.status_code == 422
    assert "đã kết thúc hoạt động" in text(late)
    assert everything() == before


def test_the_pages_are_for_administrators_of_the_tenant_who_find_them_in_the_menu(client, city):
    for role, unit in (("clerk", city.ward_desk), ("administrator", city.ward), ("official", city.ward)):
        client.force_login(make_user(role, unit))
        assert [client.get(page).status_code for page in (HOME, MERGE, SPLIT, MOVE)] == [404] * 4
        assert client.post(MERGE, merger(city) | PROPOSE).status_code == 404
    client.force_login(make_user("official", city.district))
    assert [client.get(page).status_code for page in (HOME, MERGE, SPLIT, MOVE)] == [200, 404, 404, 404]
    client.force_login(make_user("administrator", city.district, is_staff=True))
    assert [client.get(page).status_code for page in (HOME, MERGE, SPLIT, MOVE)] == [200] * 4
    assert client.get(f"{HOME}xoa/").status_code == 404
    for page in ("/can-bo/lich/", "/quan-tri/units/unit/"):
        assert f'href="{HOME}"' in client.get(page).content.decode()
    client.logout()
    assert client.get(HOME).status_code == 302
    assert not UnitSuccessor.objects.exists()


def test_a_proposal_is_refused_with_a_reason_or_withdrawn_by_its_author_and_then_never_carried_out(
    as_administrator, city
):
    as_administrator.post(MERGE, merger(city) | PROPOSE)
    page = f"{HOME}de-nghi/{ReorganisationDraft.objects.get().pk}/"
    unsaid = decide(city, "khong-duyet", reason=" ")
    assert unsaid.status_code == 422
    assert "Hãy ghi lý do" in text(unsaid)
    decide(city, "khong-duyet", reason="Nghị quyết chưa có hiệu lực")
    assert "Nghị quyết chưa có hiệu lực" in text(as_administrator.get(page))
    late = decide(city)
    assert (late.status_code, "đã có quyết định" in text(late)) == (422, True)
    as_administrator.post(MERGE, merger(city) | PROPOSE)
    assert decide(city, "rut").status_code == 422
    latest = ReorganisationDraft.objects.latest("pk")
    assert as_administrator.post(f"{HOME}de-nghi/{latest.pk}/", {"do": "rut"}).status_code == 302
    assert decide(city).status_code == 422
    assert not UnitSuccessor.objects.exists()


def test_the_database_knows_no_approval_by_the_author(as_administrator, city):
    as_administrator.post(MERGE, merger(city) | PROPOSE)
    draft = ReorganisationDraft.objects.get()
    rows = ReorganisationDraft.objects.filter(pk=draft.pk)
    for status, decider in (("approved", draft.author), ("approved", None), ("refused", draft.author)):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(status=status, decided_by=decider, decided_at=timezone.now(), reason="Vì thế")


def test_the_pages_cost_the_same_however_many_offices_there_are(as_administrator, city, django_assert_max_num_queries):
    for number in range(5):
        make_unit(f"Phường {number}", "ward", city.district)
    for page, most in ((HOME, 7), (MERGE, 6), (SPLIT, 6), (MOVE, 6)):
        with django_assert_max_num_queries(most):
            as_administrator.get(page)
