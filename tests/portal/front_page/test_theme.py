import pytest
from django.test import Client


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_the_chosen_theme_is_kept_and_one_returns_to_the_page(chosen):
    answer = Client().post("/giao-dien/", {"theme": chosen, "next": "/don-vi/"})
    assert answer.cookies["theme"].value == chosen
    assert answer.cookies["theme"]["httponly"]
    assert answer["Location"] == "/don-vi/"


def test_following_the_device_forgets_the_choice():
    browser = Client()
    browser.cookies["theme"] = "dark"
    assert browser.post("/giao-dien/", {"theme": "device"}).cookies["theme"].value == ""


def test_nobody_is_sent_to_another_site():
    assert Client().post("/giao-dien/", {"theme": "dark", "next": "https://evil.example/"})["Location"] == "/"


def test_a_browser_that_asks_for_the_icon_without_reading_a_page_is_sent_to_it(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/static/favicon")
    assert answer["Location"].endswith(".svg")
