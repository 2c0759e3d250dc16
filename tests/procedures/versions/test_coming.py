"""What is decided for a later day is public at once; a procedure that ended says so and since when."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.models import User
from procedures.editing.actions.drafts import begin_draft
from procedures.models import ProcedureDraft, ProcedureVersion, Publication
from procedures.versions.actions.publishing import Decision, call_off, put_in_force, withdraw
from procedures.versions.content import Content, content_of, with_content
from tests.factories import City, make_offering, make_procedure, make_user

pytestmark = pytest.mark.django_db

AT = timezone.now()
TODAY = timezone.localdate(AT)
LATER = TODAY + timedelta(days=18)
DAY = f"{LATER:%d/%m/%Y}"


@pytest.fixture
def version(city: City) -> ProcedureVersion:
    version = make_procedure("Đăng ký khai sinh")
    make_offering(version, city.ward)
    return version


@pytest.fixture
def editor(city: City) -> User:
    return make_user("editor", city.district)


def decision(version: ProcedureVersion, editor: User, day: date) -> Decision:
    ProcedureDraft.objects.update(status="dropped", dropped_at=AT)
    draft = begin_draft(procedure=version.procedure, author=editor, at=AT)
    return Decision("Quyết định 77/QĐ-UBND", TODAY, day, draft=draft)


def renewed(version: ProcedureVersion, editor: User, **changes: Any) -> Publication:
    now: Content = content_of(with_content(ProcedureVersion.objects.all()).get(pk=version.pk))
    return put_in_force(
        procedure=version.procedure,
        content=now | changes,
        decision=decision(version, editor, LATER),
        actor=editor,
        at=AT,
        is_whole=False,
    )


def ended(version: ProcedureVersion, editor: User, day: date = LATER) -> Publication:
    made = decision(version, editor, day)
    return withdraw(procedure=version.procedure, decision=made, actor=editor, at=AT)


def text(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").find("main").get_text(" ").split())


def test_the_page_and_the_history_tell_what_is_decided_for_a_later_day(
    client: Client, version: ProcedureVersion, editor: User
) -> None:
    page = version.get_absolute_url()
    assert "có bản mới" not in text(client.get(page))
    publication = renewed(version, editor, fee_vnd=9000)
    shown = text(client.get(page))
    assert f"Từ {DAY} có bản mới. Quyết định 77/QĐ-UBND." in shown
    assert "9.000" not in shown
    history = text(client.get(f"{page}thay-doi/"))
    assert f"Sẽ có hiệu lực từ {DAY}" in history
    assert "9.000 đồng" in history
    call_off(publication=publication, reason="Sai ngày áp dụng", actor=editor, at=AT)
    assert "có bản mới" not in text(client.get(page))
    assert "9.000" not in text(client.get(f"{page}thay-doi/"))


def test_an_end_to_come_is_shown_with_its_decision(client: Client, version: ProcedureVersion, editor: User) -> None:
    ended(version, editor)
    page = version.get_absolute_url()
    assert f"Từ {DAY} thủ tục này bãi bỏ. Quyết định 77/QĐ-UBND." in text(client.get(page))
    assert f"Sẽ bãi bỏ từ {DAY} Quyết định 77/QĐ-UBND" in text(client.get(f"{page}thay-doi/"))


def test_what_a_load_ends_is_told_too(client: Client, version: ProcedureVersion) -> None:
    version.valid = (version.valid.lower, LATER)
    version.save()
    assert f"Từ {DAY} thủ tục này bãi bỏ." in text(client.get(version.get_absolute_url()))


def test_a_withdrawn_procedure_says_since_when_and_leads_on(
    client: Client, version: ProcedureVersion, editor: User
) -> None:
    ended(version, editor, TODAY)
    page, ref = version.get_absolute_url(), version.procedure.ref
    answer = client.get(page)
    assert answer.status_code == 410
    assert f"Thủ tục này đã bãi bỏ từ ngày {TODAY:%d/%m/%Y}. Quyết định 77/QĐ-UBND" in text(answer)
    links = {link["href"] for link in BeautifulSoup(answer.content, "html.parser").select("main a")}
    assert {f"{page}thay-doi/", "/thu-tuc/"} <= links
    assert f"Bãi bỏ từ {TODAY:%d/%m/%Y}" in text(client.get(f"{page}thay-doi/"))
    elsewhere = (
        f"{page}giay-to/",
        f"{page}niem-yet/?dau=AAAA1111",
        f"{page}niem-yet.pdf",
        f"/man-hinh/thu-tuc/{ref}/",
    )
    assert {client.get(address).status_code for address in elsewhere} == {410}
    for machine in (f"/thu-tuc/{ref}.ttl", f"/thu-tuc/{ref}.jsonld", f"/api/v1/procedures/{ref}/"):
        response = client.get(machine)
        assert (response.status_code, response["Content-Type"]) == (410, "application/problem+json")
    assert client.get(page, headers={"accept": "text/turtle"}).status_code == 410


def test_a_procedure_that_only_begins_says_when(client: Client, version: ProcedureVersion, editor: User) -> None:
    version.valid = (LATER, None)
    version.save()
    answer = client.get(version.get_absolute_url())
    assert answer.status_code == 200
    assert f"Thủ tục này áp dụng từ ngày {DAY}." in text(answer)
    assert client.get(f"/thu-tuc/{version.procedure.ref}.ttl").status_code == 404


def test_a_procedure_without_a_version_leads_nowhere_also_by_its_verified_code(
    client: Client, version: ProcedureVersion
) -> None:
    procedure = version.procedure
    procedure.national_code, procedure.code_verified = procedure.ref, True
    procedure.save()
    ProcedureVersion.objects.all().delete()
    assert client.get(procedure.get_absolute_url()).status_code == 404
