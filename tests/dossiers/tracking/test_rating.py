"""Rating the service: with the slip in hand, once, and without a trace to the person or the officer."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from dossiers.clock.states import Status
from dossiers.models import Dossier, RatedDossier, Rating
from dossiers.tracking.rating.actions import RATED_WITHIN, rate_dossier
from tests.factories import make_units
from tests.reporting.helpers import dossier, offer, save
from tests.secrets import secret_of
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
GOOD = {"score": "5", "reasons": ["attitude", "time"], "words": "Rất nhanh."}


def returned(at: Any = None, **fields: Any) -> Dossier:
    at = at or timezone.now() - timedelta(days=1)
    ends: dict[str, Any] = {"finished_at": at, "returned_at": at, "status": Status.RETURNED} | fields
    (made,) = save(dossier(offer(make_units().ward), due_at=at + timedelta(hours=1), **ends))
    return made


def address(made: Dossier) -> str:
    return f"/danh-gia/{made.code}/"


def text_of(answer: Any) -> str:
    return BeautifulSoup(answer.content, "html.parser").main.text


def test_who_has_the_slip_says_what_they_think_and_is_thanked(client: Client) -> None:
    made = returned()
    typed = made.code.replace("-", " ").lower()
    assert client.get("/danh-gia/", {"ma": typed})["Location"] == address(made)
    answer = client.post(address(made), GOOD | {"secret": secret_of(made).lower()}, follow=True)
    assert answer.redirect_chain == [("/danh-gia/cam-on/", 302)]
    rating = Rating.objects.get()
    assert (rating.score, rating.reasons, rating.words) == (5, ["attitude", "time"], "Rất nhanh.")
    assert (rating.desk, rating.handler, rating.month.day) == (made.desk, made.handler, 1)


def test_a_dossier_is_rated_once(client: Client) -> None:
    made = returned()
    client.post(address(made), GOOD | {"secret": secret_of(made)})
    again = client.post(address(made), GOOD | {"score": "1", "secret": secret_of(made)})
    assert again.status_code == 422
    assert "chỉ đánh giá một lần" in text_of(again)
    assert Rating.objects.get().score == 5


def test_nothing_in_a_rating_leads_to_the_dossier_the_person_or_the_day(client: Client) -> None:
    made = returned()
    client.post(address(made), GOOD | {"secret": secret_of(made)})
    keys = {field.name for field in Rating._meta.get_fields()}
    assert keys == {"id", "month", "desk", "handler", "score", "reasons", "words"}
    assert {field.name for field in RatedDossier._meta.get_fields()} == {"dossier"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"returned_at": None, "status": Status.DONE}, "sau khi nhận kết quả"),
        ({"at": timezone.now() - RATED_WITHIN - timedelta(days=1)}, "Đã quá 90 ngày"),
    ],
)
def test_too_early_and_too_late_are_told(client: Client, fields: dict[str, Any], sentence: str) -> None:
    made = returned(**fields)
    answer = client.post(address(made), GOOD | {"secret": secret_of(made)})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Rating.objects.exists()
    assert not RatedDossier.objects.exists()


def test_a_refused_dossier_can_be_rated_too() -> None:
    made = returned(status=Status.REFUSED, returned_at=None)
    assert rate_dossier(dossier=made, score=2, reasons=[], words="", at=timezone.now()).score == 2


def test_a_wrong_code_and_a_wrong_secret_get_the_same_answer(client: Client) -> None:
    made = returned()
    pages = []
    for code in (made.code, "K-260101-9999"):
        assert "Đăng ký" not in client.get(f"/danh-gia/{code}/").content.decode()
        answer = client.post(f"/danh-gia/{code}/", GOOD | {"secret": "XXXXXX"})
        assert answer.status_code == 422
        pages.append(text_of(answer).replace(code, ""))
    assert pages[0] == pages[1]
    assert not Rating.objects.exists()


def test_the_sixth_secret_in_a_minute_is_not_looked_at(client: Client) -> None:
    made = returned()
    for _ in range(5):
        client.post(address(made), GOOD | {"secret": "XXXXXX"})
    answer = client.post(address(made), GOOD | {"secret": secret_of(made)})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert not Rating.objects.exists()


def test_what_was_chosen_stays_when_something_is_wrong(client: Client) -> None:
    made = returned()
    empty = BeautifulSoup(client.post(address(made), {"secret": secret_of(made)}).content, "html.parser")
    assert empty.select_one(".errors a").text == "Ông/bà có hài lòng không? Hãy chọn một mức."
    many = {
        "score": "2",
        "reasons": ["time", "cost", "papers", "place"],
        "words": "Chờ lâu",
        "secret": secret_of(made),
    }
    answer = client.post(address(made), many)
    assert answer.status_code == 422
    form = BeautifulSoup(answer.content, "html.parser").select_one("main form")
    assert form.select_one("input[name=score][value='2']").has_attr("checked")
    assert len(form.select("input[name=reasons][checked]")) == 4
    assert form.textarea.text.strip() == "Chờ lâu"
    assert "Chọn nhiều nhất ba điều" in text_of(answer)
    for bad in (
        {"score": "6"},
        {"score": ""},
        {"score": "2", "reasons": ["sql"]},
        {"score": "2", "words": "a" * 1001},
    ):
        assert client.post(address(made), bad | {"secret": secret_of(made)}).status_code == 422
    assert not Rating.objects.exists()


def test_who_has_opened_the_file_with_the_secret_need_not_type_it_again(client: Client) -> None:
    made = returned()
    client.post(f"/tra-cuu/{made.code}/", {"secret": secret_of(made)})
    page = client.get(address(made)).content.decode()
    assert made.version.name in page
    assert 'name="secret"' not in page
    assert client.post(address(made), GOOD).status_code == 302
    assert Rating.objects.exists()
    assert "chỉ đánh giá một lần" in text_of(client.get(address(made)))


@pytest.mark.parametrize("wrong", [{"score": 6}, {"reasons": ["time"] * 4}, {"month": date(2026, 3, 2)}])
def test_the_database_refuses_what_is_no_rating(wrong: dict[str, Any]) -> None:
    city = make_units()
    fields = {"month": date(2026, 3, 1), "desk": city.ward_desk, "handler": city.ward, "score": 3} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(**fields)


def test_the_action_itself_refuses_a_second_rating() -> None:
    made = returned()
    rate_dossier(dossier=made, score=4, reasons=[], words="", at=timezone.now())
    with pytest.raises(RuleBroken):
        rate_dossier(dossier=made, score=1, reasons=[], words="", at=timezone.now())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_rating_is_given_with_keys_only_on_a_phone(
    open_page: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    made = returned()
    page = open_page(address(made), width="phone", theme="light")
    axe(page)
    page.get_by_label("Rất hài lòng").focus()
    page.keyboard.press("Space")
    page.get_by_label("Mã tra cứu").focus()
    page.keyboard.type(secret_of(made))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Cảm ơn ông/bà").wait_for()
    axe(page)
    assert Rating.objects.get().score == 5
