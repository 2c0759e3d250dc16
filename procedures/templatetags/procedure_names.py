"""The name of a procedure in the reader's language: English where it was translated, with the official one beside."""

from collections.abc import Sequence
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from procedures.search.cards import Piece
from units.templatetags.portal_ui import language, vi

register = template.Library()


class HasName(Protocol):
    """A version, a field of procedures, or a line of a list."""

    @property
    def name(self) -> str: ...

    @property
    def name_en(self) -> str: ...


@register.simple_tag
def procedure_name(named: HasName, pieces: Sequence[Piece] = ()) -> SafeString:
    """As "Birth registration (Đăng ký khai sinh)", the Vietnamese marked as such; in Vietnamese the name alone.

    `pieces` are those of the name, some of them marked as what was searched for.
    """
    official = _pieced(pieces) if pieces else named.name
    if language().startswith("vi"):
        return format_html("{}", official)
    if not named.name_en:
        return format_html("<span{}>{}</span>", vi(), official)
    return format_html("{} <span{}>({})</span>", named.name_en, vi(), official)


@register.simple_tag
def short_name(named: HasName) -> SafeString:
    """The English name alone on English pages, for filters and links; where there is none the official one, marked."""
    if language().startswith("vi"):
        return format_html("{}", named.name)
    return format_html("{}", named.name_en) if named.name_en else format_html("<span{}>{}</span>", vi(), named.name)


@register.simple_tag
def procedure_title(named: HasName) -> str:
    """The same without markup, for titles and for lists to choose from."""
    is_translated = bool(named.name_en) and not language().startswith("vi")
    return f"{named.name_en} ({named.name})" if is_translated else named.name


@register.simple_tag
def name_language(named: HasName) -> SafeString | str:
    """``<option{% name_language row %}>``: Vietnamese where `procedure_title` is nothing else."""
    return "" if named.name_en else vi()


def _pieced(pieces: Sequence[Piece]) -> SafeString:
    return format_html_join(
        " ", "{}", ((format_html("<mark>{}</mark>", piece.text) if piece.marked else piece.text,) for piece in pieces)
    )
