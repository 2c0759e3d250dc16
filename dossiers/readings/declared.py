"""Lists of work that name many people: declared on the page on personal data, not recorded for each dossier."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DECLARED: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "dossiers:queue": _("hàng đợi của quầy và phòng"),
    }
)
"""Name of the address and what the page calls it. `test_every_address.py` holds that nothing else shows a name."""
