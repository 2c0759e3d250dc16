"""Blank forms of papers: sent by an editor with a draft, public with the version, and named when they are missing."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from files.models import StoredFile
from files.storage.actions import store
from procedures.editing.actions.blank_forms import forget_unused_forms, store_blank_form
from procedures.models import CatalogueChange, FormFile, ProcedureDraft, ProcedureVersion, RequiredDocument
from procedures.national.reading import content_from
from procedures.national.writing import record_from
from procedures.versions.content import content_of, with_content
from procedures.versions.quality import doubtful
from tests.factories import City, make_offering, make_procedure, make_process, make_user
from tests.files.samples import pdf, picture, word
from tests.procedures.editing.test_pages import begun, decided, page_of, text, typed, whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


@pytest.fixture
def version(city: City) -> ProcedureVersion:
    version = make_procedure("Đăng ký khai sinh")
    make_process(version, ("desk", 4), ("handler", 8), ("desk", 4))
    RequiredDocument.objects.filter(version=version, position=1).update(name="Tờ khai đăng ký")
    make_offering(version, city.ward)
    return version


def sent(name: str = "Tờ khai.docx", data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or word())


def with_form(version: ProcedureVersion, author: User) -> FormFile:
    form = store_blank_form(upload=sent(), actor=author, at=timezone.now())
    version.documents.update(form=form)
    return form


def body(answer: Any) -> bytes:
    return b"".join(answer)


def address(version: ProcedureVersion, form: FormFile) -> str:
    return f"/thu-tuc/{version.procedure.ref}/mau/{form.pk}/"


def test_a_form_is_sent_with_a_draft_and_public_from_the_day_of_its_version(
    client: Client, version: ProcedureVersion, author: User, city: City
) -> None:
    at = begun(client, version)
    client.post(at, typed(client.get(at), **whole(gui="1"), **{"giay-0-upload": sent()}))
    form, draft = FormFile.objects.get(), ProcedureDraft.objects.get()
    assert CatalogueChange.objects.get(table="procedures_formfile").actor == author
    assert draft.content["papers"][0]["form"] == form.pk
    second = Client()
    second.force_login(make_user("editor", city.district))
    assert "Tờ khai.docx" in text(second.get(at))
    assert body(second.get(f"/can-bo/thu-tuc/mau/{form.pk}/")) == word()
    assert Client().get(address(version, form)).status_code == 404
    decided(second, at, "cong-bo", valid_from=f"{timezone.localdate():%d/%m/%Y}")
    answer = Client().get(address(version, form))
    assert body(answer) == word()
    page = BeautifulSoup(Client().get(f"/thu-tuc/{version.procedure.ref}/").content, "html.parser")
    link = page.select_one(f'a[href="{address(version, form)}"]')
    assert " ".join(link.text.split()) == "Tải mẫu của Tờ khai đăng ký (Word, 1 KB)"
    form_data = Client().get(f"/api/v1/procedures/{version.procedure.ref}/").json()["documents"][0]["form"]
    assert form_data.endswith(address(version, form))


def test_a_form_is_served_so_that_nothing_of_it_runs_and_is_not_sent_twice(
    version: ProcedureVersion, author: User
) -> None:
    form = with_form(version, author)
    answer = Client().get(address(version, form))
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert answer["Content-Disposition"].startswith('attachment; filename="To-khai.docx"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert body(answer) == word()
    assert Client().get(address(version, form), headers={"if-none-match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("Tờ khai.docx", picture(), "mẫu đơn phải là tệp Word (.docx) hoặc PDF"),
        ("Tờ khai.pdf", pdf()[:-200], "tệp hỏng"),
        ("Tờ khai.docx", word({"word/vbaProject.bin": b"x"}), "tệp Word có macro"),
        ("Tờ khai.docx", b"", ""),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_everything_typed_stays(
    client: Client, version: ProcedureVersion, author: User, name: str, data: bytes, message: str
) -> None:
    at = begun(client, version)
    good, bad = sent(), SimpleUploadedFile(name, data)
    answer = client.post(
        at,
        typed(client.get(at), **whole(luu="1"), **{"giay-0-upload": bad, "giay-1-name": "Mới", "giay-1-upload": good}),
    )
    assert answer.status_code == 422
    page = page_of(answer)
    assert message in text(answer)
    assert page.select_one("[name=giay-1-name]")["value"] == "Mới"
    assert page.select_one("[name=giay-0-form]").get("value", "") == ""
    assert page.select_one("[name=giay-1-form]")["value"] == str(FormFile.objects.get().pk)


def test_a_form_is_taken_away_and_another_takes_its_place(
    client: Client, version: ProcedureVersion, author: User
) -> None:
    old = with_form(version, author)
    at = begun(client, version)
    assert ProcedureDraft.objects.get().content["papers"][0]["form"] == old.pk
    client.post(at, typed(client.get(at), luu="1", **{"giay-0-upload": sent("Mới.pdf", pdf())}))
    assert ProcedureDraft.objects.get().content["papers"][0]["form"] == FormFile.objects.latest("pk").pk != old.pk
    client.post(at, typed(client.get(at), luu="1", **{"giay-0-no_form": "on"}))
    assert ProcedureDraft.objects.get().content["papers"][0]["form"] is None


def test_no_draft_makes_another_file_public_than_a_form(
    client: Client, version: ProcedureVersion, author: User
) -> None:
    scan = StoredFile.objects.create(
        storage_name=f"aa/bb/{'c' * 32}",
        sha256="d" * 64,
        kind="pdf",
        size=1,
        pages=1,
        name="x",
        uploaded_at=timezone.now(),
    )
    at = begun(client, version)
    answer = client.post(at, typed(client.get(at), luu="1", **{"giay-0-form": str(scan.pk + 1000)}))
    assert answer.status_code == 422
    assert Client().get(f"/thu-tuc/{version.procedure.ref}/mau/{scan.pk}/").status_code == 404


def test_a_form_is_found_only_at_a_procedure_that_has_it(version: ProcedureVersion, author: User, city: City) -> None:
    form = with_form(version, author)
    other = make_procedure("Đăng ký kết hôn")
    make_offering(other, city.ward)
    assert Client().get(f"/thu-tuc/{other.procedure.ref}/mau/{form.pk}/").status_code == 404
    assert Client().get(f"/can-bo/thu-tuc/mau/{form.pk}/").status_code == 302


def test_a_missing_and_a_lost_form_are_named_among_the_doubts(
    version: ProcedureVersion, author: User, uploads: Path
) -> None:
    today = timezone.localdate()

    def doubts() -> set[str]:
        (line,) = doubtful(today, today - timedelta(days=30))
        return {doubt.what for doubt in line.doubts}

    missing, lost = "tệp mẫu đơn, tờ khai để tải về", "tệp mẫu đã mất hoặc hỏng"
    assert doubts() & {missing, lost} == {missing}
    form = with_form(version, author)
    assert not doubts() & {missing, lost}
    store().delete(form.file.storage_name)
    assert doubts() & {missing, lost} == {lost}
    assert Client().get(address(version, form)).status_code == 404


def test_a_form_that_nothing_names_is_forgotten_after_a_month(
    client: Client, version: ProcedureVersion, author: User
) -> None:
    used = with_form(version, author)
    drafted, left = (store_blank_form(upload=sent(), actor=author, at=timezone.now()) for _each in range(2))
    at = begun(client, version)
    client.post(at, typed(client.get(at), luu="1", **{"giay-1-form": str(drafted.pk)}))
    assert forget_unused_forms(at=timezone.now() + timedelta(days=29)) == 0
    assert forget_unused_forms(at=timezone.now() + timedelta(days=31)) == 1
    assert set(FormFile.objects.all()) == {used, drafted}
    assert not StoredFile.objects.filter(pk=left.file_id).exists()
    assert forget_unused_forms(at=timezone.now() + timedelta(days=31)) == 0


def test_loading_the_national_record_keeps_the_form_of_a_paper_that_stays(
    client: Client, version: ProcedureVersion, author: User
) -> None:
    form = with_form(version, author)
    present: Any = with_content(ProcedureVersion.objects.all()).select_related("procedure__level").get()
    content = content_of(present) | {"ways": [{"way": "desk", "term_text": "", "fee_vnd": None, "fee_note": ""}]}
    again = content_from(record_from(content, present.procedure), content)
    assert [paper["form"] for paper in again["papers"]] == [form.pk, form.pk]
