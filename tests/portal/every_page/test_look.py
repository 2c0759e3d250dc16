"""The portal's look: how numbers and days are written, the frame of every page, the stylesheet and the drawings."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.utils import translation
from playwright.sync_api import expect

from tests.browser import follow
from units.texts import wording

ROOT = Path(__file__).parents[3]
STYLESHEET = (ROOT / "static/portal.css").read_text(encoding="utf-8")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)  # 17:00 in Hà Nội


def rendered(source: str, language: str = "vi", **context: object) -> str:
    opening = "" if source.startswith("{% extends") else "{% load portal_ui %}"
    with translation.override(language):
        return engines["django"].from_string(opening + source).render(context)


class Person(forms.Form):
    name = forms.CharField(label="Họ và tên", help_text="Như trên thẻ căn cước")
    way = forms.ChoiceField(label="Nhận kết quả", choices=[("desk", "Tại quầy")], widget=forms.RadioSelect)


# --- Wording -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "vietnamese", "english"),
    [
        (1234567, None, "1.234.567", "1,234,567"),
        (Decimal("1.64"), None, "1,6", "1.6"),
        (0.25, 1, "0,3", "0.3"),
        (-0.2, 0, "0", "0"),
        (-4889, None, "-4.889", "-4,889"),
    ],
)
def test_numbers_are_grouped_in_the_readers_way(value, decimals, vietnamese, english):
    assert wording.number(value, "vi", decimals) == vietnamese
    assert wording.number(value, "en-gb", decimals) == english


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (984, 1000, "98,4%"),
        (2499, 2500, "99,96%"),
        (99_999, 100_000, "99,999%"),
        (1999, 2000, "99,95%"),
        (2500, 2500, "100%"),
        (1, 10_000, "0,01%"),
        (0, 7, "0%"),
        (0, 0, "—"),
    ],
)
def test_a_share_is_never_rounded_up_to_the_whole_nor_down_to_nothing(part, whole, written):
    assert wording.share(part, whole, "vi") == written
    assert rendered("{% percent part whole %}", part=part, whole=whole) == written


def test_a_share_just_above_its_target_is_not_written_as_the_target():
    target = Decimal("0.98")
    assert wording.percent(Decimal("0.98048"), "vi", apart_from=target) == "98,05%"
    assert wording.percent(target, "vi", apart_from=target) == "98,0%"


def test_only_the_whole_is_written_as_one_hundred_percent():
    for whole in (1, 3, 7, 999, 1000, 2001, 76_123):
        assert wording.share(whole, whole, "vi") == "100%"
        assert not wording.share(whole - 1, whole, "vi").startswith("100")


def test_a_moment_is_written_in_the_time_of_ha_noi():
    assert wording.weekday_datetime(THURSDAY, "vi") == "17:00 Thứ Năm, 26/11/2026"
    assert wording.weekday_datetime(THURSDAY, "en") == "17:00 Thursday, 26 November 2026"
    late = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
    assert wording.weekday_date(late, "vi") == "Thứ Sáu, 27/11/2026"
    assert wording.weekday_and_day(date(2026, 12, 6), "vi") == "Chủ Nhật, 06/12"


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        wording.clock_time(datetime(2026, 11, 26, 17, 0))  # noqa: DTZ001


def test_filters_follow_the_active_language():
    source = "{{ n|vn_number }} {{ r|vn_percent }} {{ n|vnd }} {{ at|weekday_date }} {{ at|short_datetime }}"
    values = {"n": 100_000, "r": 0.984, "at": THURSDAY}
    assert rendered(source, **values) == "100.000 98,4% 100.000 đồng Thứ Năm, 26/11/2026 17:00, 26/11/2026"
    english = "100,000 98.4% 100,000 VND Thursday, 26 November 2026 17:00, 26 November 2026"
    assert rendered(source, "en", **values) == english


def test_names_that_are_never_translated_say_their_language_on_english_pages_only():
    name = "Phòng <Tư pháp>"
    assert rendered("<h1{% vi %}>{{ name|vi }}</h1>", name=name) == "<h1>Phòng &lt;Tư pháp&gt;</h1>"
    marked = '<h1 lang="vi"><span lang="vi">Phòng &lt;Tư pháp&gt;</span></h1>'
    assert rendered("<h1{% vi %}>{{ name|vi }}</h1>", "en", name=name) == marked


def test_a_missing_value_is_a_dash():
    source = (
        "{{ x|vn_number }}{{ x|vn_percent }}{{ x|vnd }}{{ x|weekday_date }}{{ x|weekday_datetime }}{{ x|clock_time }}"
    )
    assert rendered(source) == "—" * 6


# --- Forms -------------------------------------------------------------------------------------------------------


def test_a_field_is_described_by_its_hint_and_its_error():
    form = Person({"name": ""})
    page = rendered('{% include "components/_field.html" with field=form.name %}', form=form)
    described = re.search(r'aria-describedby="([^"]+)"', page)
    assert described is not None
    assert described[1].split() == ["id_name_helptext", "id_name_error"]
    assert all(f'id="{name}"' in page for name in described[1].split())
    assert 'aria-invalid="true"' in page
    assert 'class="input"' in page


def test_the_summary_of_mistakes_counts_them_and_leads_to_the_fields():
    form = Person({"name": ""})
    fields = '{% for field in form %}{% include "components/_field.html" %}{% endfor %}'
    page = rendered('{% include "components/_errors.html" %}' + fields, form=form)
    assert "Có 2 chỗ cần sửa" in page
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets == ["id_name", "id_way_0"]
    assert all(f'id="{target}"' in page for target in targets)


# --- Frame -------------------------------------------------------------------------------------------------------


def test_the_frame_marks_the_current_tab_and_prints_the_chosen_theme():
    page = rendered(
        '{% extends "base.html" %}{% block current %}catalogue{% endblock %}', portal={"theme": "dark", "name": "Cổng"}
    ).replace("\n", "")
    assert '<html lang="vi" data-theme="dark">' in page
    assert page.count('aria-current="page"') == 1
    assert re.search(r'<a href="[^"]*/thu-tuc/" aria-current="page">', page)


def test_the_frame_stands_without_a_request_or_an_office():
    page = rendered('{% extends "base.html" %}{% block content %}Lỗi{% endblock %}')
    assert 'id="main"' in page
    assert "Lỗi" in page
    assert "data-theme" not in page


def test_an_icon_is_silent_unless_it_has_a_label_and_a_wrong_name_is_told():
    assert 'aria-hidden="true"' in rendered('{% icon "search" %}')
    assert 'role="img" aria-label="Tìm &lt;"' in rendered('{% icon "search" label %}', label="Tìm <")
    with pytest.raises(KeyError):
        rendered('{% icon "no-such-drawing" %}')


def test_no_template_carries_inline_style_or_script():
    for template in TEMPLATES:
        source = template.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|<style", source), template
        assert all(" src=" in tag for tag in re.findall(r"<script\b[^>]*>", source)), template


def test_every_icon_named_in_a_template_is_drawn():
    drawn = set(re.findall(r'id="i-([a-z-]+)"', (ROOT / "static/icons.svg").read_text(encoding="utf-8")))
    for template in TEMPLATES:
        named = re.findall(r'{% icon "([^"]+)"|\bdraw="([^"]+)"', template.read_text(encoding="utf-8"))
        missing = {first or second for first, second in named} - drawn
        assert not missing, (template, missing)


# --- Stylesheet --------------------------------------------------------------------------------------------------


def tokens(opening: str) -> dict[str, str]:
    block = STYLESHEET.split(opening, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+)", block))


LIGHT = tokens(":root {")
DARK = LIGHT | tokens(':root[data-theme="dark"] {')


def test_dark_by_choice_is_dark_by_device():
    assert tokens(':root[data-theme="dark"] {') == tokens(':root:not([data-theme="light"]) {')


def luminance(colour: str) -> float:
    digits = colour.strip().lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_PAIRS = [
    *((ink, paper) for ink in ("text", "muted", "link") for paper in ("bg", "surface", "surface-2", "primary-soft")),
    *((kind, f"{kind}-soft") for kind in ("ok", "warn", "bad", "info")),
    *((ink, f"{kind}-soft") for ink in ("text", "link") for kind in ("ok", "warn", "bad", "info")),
    *[("bad", "surface"), ("warn", "surface"), ("ok", "surface"), ("text", "neutral-soft")],
    *[("on-primary", "primary"), ("on-primary", "primary-hover"), ("primary-text", "primary-soft")],
    *[("hero-text", "hero"), ("hero-muted", "hero"), ("wall-text", "wall"), ("wall-muted", "wall")],
    *[("staff-text", "staff"), ("staff-muted", "staff")],
]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_its_paper(theme):
    poor = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_and_charts_can_be_seen(theme):
    edges = [("line-strong", "bg"), ("line-strong", "surface"), ("edge", "bg"), ("lacquer", "surface")]
    edges += [(line, "surface") for line in ("chart-1", "chart-2", "chart-bad")]
    assert {pair for pair in edges if contrast(theme[pair[0]], theme[pair[1]]) < 3} == set()


# --- In a browser ------------------------------------------------------------------------------------------------

LOGIN = "/can-bo/dang-nhap/"


@pytest.mark.browser
def test_the_mark_and_the_icons_are_drawn_under_the_content_security_policy(live_portal):
    page = live_portal(LOGIN)
    sizes = page.evaluate("[...document.querySelectorAll('.nav .i')].map(icon => icon.getBBox().width)")
    assert sizes
    assert min(sizes) > 10
    assert page.evaluate("document.querySelector('.brand img').naturalWidth") > 0


@pytest.mark.browser
def test_a_stored_choice_of_theme_beats_the_device(live_portal):
    page = live_portal(LOGIN, theme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(244, 247, 244)"
    follow(page.get_by_role("button", name="Tối"))
    assert page.evaluate(paper) == "rgb(14, 21, 19)"
    assert page.get_by_role("button", name="Tối").get_attribute("aria-pressed") == "true"
    assert page.url.endswith(LOGIN)


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_refused_login_is_accessible(live_portal, axe, width, theme):
    page = live_portal(LOGIN, width=width, theme=theme)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.get_by_role("alert").wait_for()
    expect(page.locator(".errors")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
