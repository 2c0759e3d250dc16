"""The kind and size of a blank form beside its link."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from files.models import StoredFile
from files.wording import size_words

register = template.Library()


@register.simple_tag
def about_form(paper: dict[str, Any]) -> SafeString:
    """As "Word, 24 KB", and for those who cannot see it of which paper; `paper` as read by `with_parts`."""
    kind = StoredFile.Kinds(paper["form_kind"]).label
    of = _("của %(paper)s") % {"paper": paper["name"]}
    return format_html('<span class="vh">{} </span>({}, {})', of, kind, size_words(paper["form_size"]))
