"""Pages are written as HTML is written: a parser that forgives nothing has nothing to say.

What may stand where is asked of the Nu checker by `script/check_html`, which is too large for every run.
"""

import html5rdf
import pytest
from django.test import Client

from tests.public_pages import FRAGMENTS, PUBLIC_PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_type_of_public_page_is_parsed_without_a_fault(client: Client, language: str) -> None:
    wrong = {}
    for name, path in PUBLIC_PAGES.items():
        parser = html5rdf.HTMLParser()
        answer = client.get(f"{language}{path}", follow=True)
        text = answer.content.decode()
        assert answer.status_code < 500, path
        assert answer["Content-Type"].startswith("text/html"), path
        parser.parseFragment(text) if name in FRAGMENTS else parser.parse(text)
        if parser.errors:
            wrong[path] = parser.errors
    assert not wrong


def test_a_page_that_is_written_wrongly_would_be_noticed() -> None:
    parser = html5rdf.HTMLParser()
    parser.parse("<!doctype html><title>x</title><p><div>a</div></p>")
    assert parser.errors
