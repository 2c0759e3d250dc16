"""Hearing about a dossier: who asked for it, confirmed it from the address itself, and can end it at any time."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from dossiers.clock.states import Outcome
from dossiers.events.signed_links import CONFIRM, DIGITS, STOP, follower_key, signed, stop_address
from dossiers.models import Follower, SupplementRequest
from dossiers.operations.finishing.actions import Receiver, finish_dossier, return_result, start_work
from dossiers.operations.supplement.actions import Defects, ask_supplement
from dossiers.reminders.supplement_followup import remind_applicants
from dossiers.tasks import forget_followers as forget_task
from dossiers.tracking.following.actions import (
    MOST_ASKS,
    MOST_FOLLOWERS,
    MOST_TRIES,
    confirm_by_digits,
    confirm_by_link,
    follow,
    forget_followers,
    stop_following,
)
from dossiers.tracking.following.forms import FollowForm
from notices.models import Notice
from notices.sending.actions import send_next_notice
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, register
from tests.secrets import secret_of
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
AT = hanoi(2026, 3, 2, 10)
MAIL, PHONE = "me@example.vn", "+84912345678"
PROCEDURE = "Cấp giấy xác nhận tình trạng hôn nhân"


@pytest.fixture
def dossier(city):
    offering = make_offering(make_procedure(PROCEDURE), city.ward)
    return register(
        offering, city.ward_desk, at=hanoi(2026, 3, 2, 8), applicant=make_applicant(email="chu@example.vn")
    )


def ask(dossier, email=MAIL, *, phone="", at=AT, language="vi"):
    return follow(dossier=dossier, email="" if phone else email, phone=phone, language=language, at=at)


def following(dossier, email=MAIL, **fields):
    follower = ask(dossier, email, **fields)
    confirm_by_link(follower=follower.pk, at=AT)
    return follower


def notices_of(kind):
    return list(Notice.objects.filter(kind=kind).order_by("pk"))


def sent_digits():
    return notices_of("follow_digits")[-1].context["digits"]


# --- Asking and confirming ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        (" Me@Example.VN ", {"email": "me@example.vn"}),
        ("0912 345 678", {"phone": PHONE}),
        ("+84 912.345.678", {"phone": PHONE}),
        ("０９１２３４５６７８", {"phone": PHONE}),
        ("+33 6 12 34 56 78", {"phone": "+33612345678"}),
    ],
)
def test_one_field_takes_a_mailbox_or_a_mobile_number(typed, given):
    form = FollowForm({"address": typed})
    assert form.is_valid()
    assert form.address_given == given


@pytest.mark.parametrize(
    "typed", ["", "me@", "a@b@c.vn", "me@example.vn\nBcc: x@y.vn", "024 3632 0000", "12345", "không"]
)
def test_what_receives_no_message_is_refused(typed):
    assert not FollowForm({"address": typed}).is_valid()


def test_a_mailbox_hears_nothing_before_it_has_confirmed_and_the_question_names_no_procedure(dossier):
    follower = ask(dossier)
    [question] = notices_of("follow_confirm")
    assert question.email == MAIL
    assert PROCEDURE not in str(question.context)
    assert send_next_notice(at=AT)
    assert send_next_notice(at=AT)
    assert question.context["confirm_url"] in mail.outbox[-1].body
    start_work(dossier=dossier, actor=None, at=AT)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=AT)
    assert [notice.email for notice in notices_of("done")] == ["chu@example.vn"]
    assert confirm_by_link(follower=follower.pk, at=AT).confirmed_at == AT
    assert confirm_by_link(follower=follower.pk, at=AT + timedelta(hours=1)).confirmed_at == AT


def test_a_telephone_confirms_by_six_digits_and_has_five_tries(dossier):
    follower = ask(dossier, phone=PHONE)
    first = sent_digits()
    assert re.fullmatch(r"\d{6}", first)
    wrong = f"{(int(first) + 1) % 10**6:06d}"
    assert [confirm_by_digits(follower=follower.pk, typed=wrong, at=AT) for _ in range(MOST_TRIES)] == [None] * 5
    assert confirm_by_digits(follower=follower.pk, typed=first, at=AT) is None
    ask(dossier, phone=PHONE)
    assert confirm_by_digits(follower=follower.pk, typed=sent_digits(), at=AT)
    stored = Follower.objects.get()
    assert (stored.phone, stored.email, stored.digits_hash, stored.asks) == (PHONE, "", "", 2)


def test_the_digits_are_kept_as_a_keyed_hash_that_fits_this_follower_only(dossier, city):
    other = register(dossier.offering, city.ward_desk, at=hanoi(2026, 3, 2, 9))
    one, another = ask(dossier, phone=PHONE), ask(other, phone=PHONE)
    digits = notices_of("follow_digits")[0].context["digits"]
    hashes = set(Follower.objects.values_list("digits_hash", flat=True))
    assert len(hashes) == 2
    assert not any(digits in stored for stored in hashes)
    if notices_of("follow_digits")[1].context["digits"] != digits:
        assert confirm_by_digits(follower=another.pk, typed=digits, at=AT) is None
    assert confirm_by_digits(follower=one.pk, typed=digits, at=AT)


# --- Limits ------------------------------------------------------------------------------------------------------


def test_five_addresses_may_follow_a_dossier_and_one_that_stops_makes_room(dossier):
    first, *_ = [ask(dossier, f"a{n}@example.vn") for n in range(MOST_FOLLOWERS)]
    with pytest.raises(RuleBroken, match="năm địa chỉ"):
        ask(dossier, "a9@example.vn")
    stop_following(follower=first.pk, at=AT)
    ask(dossier, "a9@example.vn")


def test_nobody_can_have_a_stranger_asked_again_and_again(dossier, city):
    for number in range(MOST_ASKS):
        other = register(dossier.offering, city.ward_desk, at=hanoi(2026, 3, 2, 9, number))
        stop_following(follower=ask(other).pk, at=AT)
    with pytest.raises(RuleBroken, match="ngày mai"):
        ask(dossier)
    assert len(notices_of("follow_confirm")) == MOST_ASKS
    ask(dossier, at=AT + timedelta(days=1, minutes=1))


def test_an_address_follows_once_and_a_closed_dossier_is_not_followed(dossier):
    following(dossier)
    with pytest.raises(RuleBroken, match="đang nhận tin"):
        ask(dossier)
    start_work(dossier=dossier, actor=None, at=AT)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=AT)
    return_result(
        dossier=dossier, receiver=Receiver("Nguyễn Thị Phượng", "desk", identity_checked=True), actor=None, at=AT
    )
    with pytest.raises(RuleBroken, match="kết thúc"):
        ask(dossier, "other@example.vn")


@pytest.mark.parametrize(
    "wrong", [{}, {"email": MAIL, "phone": PHONE}, {"email": "twice@example.vn"}], ids=["none", "both", "twice"]
)
def test_the_database_holds_one_address_a_row_and_each_once(dossier, wrong):
    ask(dossier, "twice@example.vn")
    with pytest.raises(IntegrityError), transaction.atomic():
        Follower.objects.create(dossier=dossier, created_at=AT, asked_at=AT, **wrong)


# --- Being told --------------------------------------------------------------------------------------------------


def test_followers_hear_what_the_applicant_hears_in_their_language_with_a_way_out(dossier, django_assert_num_queries):
    follower = following(dossier, language="en")
    start_work(dossier=dossier, actor=None, at=AT)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=AT)
    to_applicant, to_follower = notices_of("done")
    assert (to_applicant.email, to_follower.email) == ("chu@example.vn", MAIL)
    assert "stop_url" not in to_applicant.context
    with translation.override("en"):
        way_out = {"stop_url": stop_address(follower), "stop_by_post": True}
        page = {"track_url": f"/en/tra-cuu/{dossier.code}/"}
        assert to_follower.context == to_applicant.context | way_out | page
    assert "/en/theo-doi/" in to_follower.context["stop_url"]
    assert follower_key(to_follower.context["stop_url"].split("/")[-3], STOP) == follower.pk


def test_what_is_undone_told_nobody_and_who_stopped_hears_nothing(dossier):
    follower = following(dossier)
    with transaction.atomic():
        start_work(dossier=dossier, actor=None, at=AT)
        finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=AT)
        transaction.set_rollback(True)
    assert notices_of("done") == []
    stop_following(follower=follower.pk, at=AT)
    stop_following(follower=follower.pk, at=AT + timedelta(days=1))
    dossier.refresh_from_db()
    start_work(dossier=dossier, actor=None, at=AT)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=AT)
    assert [notice.email for notice in notices_of("done")] == ["chu@example.vn"]
    assert Follower.objects.get().stopped_at == AT


def test_a_reminder_goes_to_followers_too_and_once(dossier):
    following(dossier)
    start_work(dossier=dossier, actor=None, at=AT)
    defects = Defects(["missing"], "Thiếu bản sao giấy khai sinh có chứng thực")
    ask_supplement(dossier=dossier, defects=defects, actor=None, at=AT)
    end = SupplementRequest.objects.get().answer_by
    for minutes in (10, 20):
        remind_applicants(at=end - timedelta(minutes=minutes))
    assert [notice.email for notice in notices_of("supplement_due")] == ["chu@example.vn", MAIL]


# --- Forgetting --------------------------------------------------------------------------------------------------


def test_addresses_of_no_use_are_forgotten_after_two_days(dossier, city):
    stopped = following(dossier, "stopped@example.vn")
    stop_following(follower=stopped.pk, at=AT)
    ask(dossier, "silent@example.vn")
    following(dossier, "kept@example.vn")
    assert forget_followers(before=AT) == 0
    later = AT + timedelta(seconds=1)
    assert forget_followers(before=later) == 2
    assert forget_followers(before=later) == 0
    start_work(dossier=dossier, actor=None, at=AT)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=AT)
    return_result(
        dossier=dossier, receiver=Receiver("Nguyễn Thị Phượng", "desk", identity_checked=True), actor=None, at=AT
    )
    forget_task()  # AT lies more than two days back
    assert not Follower.objects.exists()


# --- Pages -------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(client, dossier):
    client.post(f"/tra-cuu/{dossier.code}/", {"secret": secret_of(dossier)})
    return client


def path(address):
    return urlsplit(address).path


def page(answer):
    return BeautifulSoup(answer.content, "html.parser")


def test_from_the_opened_page_by_mail_to_the_end_of_it(browser, dossier):
    form_of = page(browser.get(f"/tra-cuu/{dossier.code}/")).find(id="theo-doi").form
    asked = browser.post(form_of["action"], {"address": MAIL})
    assert asked.status_code == 302
    assert MAIL not in asked["Location"]
    assert "lá thư" in browser.get(asked["Location"]).content.decode()

    reader = Client()  # the mailbox is opened on another device
    link = path(notices_of("follow_confirm")[0].context["confirm_url"])
    assert page(reader.get(link)).select_one("main form button").text == "Xác nhận"
    assert Follower.objects.get().confirmed_at is None
    assert "Đã đăng ký nhận tin" in reader.post(link).content.decode()
    assert Follower.objects.get().confirmed_at

    way_out = path(stop_address(Follower.objects.get()))
    assert "Ngừng nhận tin" in reader.get(way_out).content.decode()
    assert Follower.objects.get().stopped_at is None
    machine = Client(enforce_csrf_checks=True)  # RFC 8058: the mail program posts, without a cookie
    for _ in range(2):
        assert machine.post(way_out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Follower.objects.get().stopped_at
    assert reader.get(link).status_code == 410


def test_by_text_message_a_wrong_code_stays_in_the_field(browser, dossier):
    asked = browser.post(f"/tra-cuu/{dossier.code}/theo-doi/", {"address": "0912 345 678"})["Location"]
    wrong = f"{(int(sent_digits()) + 1) % 10**6:06d}"
    answer = browser.post(asked, {"digits": wrong})
    assert answer.status_code == 422
    assert page(answer).find(id="id_digits")["value"] == wrong
    spaced = f"{sent_digits()[:3]} {sent_digits()[3:]}"
    assert "Đã đăng ký nhận tin" in browser.post(asked, {"digits": spaced}).content.decode()
    assert Follower.objects.get().language == "vi"


def test_a_mistake_comes_back_beside_the_field_on_the_dossiers_page_in_the_readers_language(browser, dossier):
    answer = browser.post(f"/en/tra-cuu/{dossier.code}/theo-doi/", {"address": "024 3632 0000"})
    assert answer.status_code == 422
    html = page(answer)
    assert html.find(id="id_address")["value"] == "024 3632 0000"
    assert "no mobile number" in html.find(id="id_address_error").text
    assert html.find("a", href="#id_address")
    browser.post(f"/en/tra-cuu/{dossier.code}/theo-doi/", {"address": MAIL})
    assert Follower.objects.get().language == "en"
    assert "/en/theo-doi/" in notices_of("follow_confirm")[0].context["confirm_url"]


def test_whoever_has_only_the_code_can_have_nobody_asked(client, dossier):
    client.get(f"/tra-cuu/{dossier.code}/")
    answer = client.post(f"/tra-cuu/{dossier.code}/theo-doi/", {"address": MAIL})
    assert answer["Location"] == f"/tra-cuu/{dossier.code}/"
    assert not Follower.objects.exists()


def test_an_address_serves_one_purpose_and_a_forged_one_none(client, dossier):
    follower = ask(dossier)
    confirm, digits, stop = (signed(follower, purpose) for purpose in (CONFIRM, DIGITS, STOP))
    for address in (f"/theo-doi/{stop}/", f"/theo-doi/{digits}/", f"/theo-doi/{confirm}/ngung/", "/theo-doi/1.x/"):
        assert client.post(address).status_code == 404
    forged = f"{follower.pk + 1}.{stop.split('.')[1]}"
    assert client.get(f"/theo-doi/{forged}/ngung/").status_code == 404
    assert Follower.objects.active().count() == 1


def test_a_mail_whose_follower_is_forgotten_still_says_that_it_is_over(client, dossier):
    follower = following(dossier)
    way_out, confirm = path(stop_address(follower)), f"/theo-doi/{signed(follower, CONFIRM)}/"
    Follower.objects.all().delete()
    assert "Đã ngừng nhận tin" in client.get(way_out).content.decode()
    assert client.post(confirm).status_code == 410
