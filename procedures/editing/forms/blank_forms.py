"""Blank forms uploaded with a draft: stored at once, so that an error elsewhere on the page needs no second upload."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.http import HttpRequest, QueryDict

from accounts.models import User
from files.uploads.handler import stopped
from procedures.editing.actions.blank_forms import store_blank_form
from units.rules import RuleBroken

_ROW: Final = re.compile(r"giay-(\d{1,3})-upload")


def with_forms(request: HttpRequest, user: User, at: datetime) -> tuple[QueryDict, dict[int, str], list[str]]:
    """Returns the posted data with the primary key of every stored form in its row; the errors of the others by row;
    and a sentence about files refused for their size."""
    too_large = stopped(request)
    typed, wrong = request.POST.copy(), dict[int, str]()
    for name, upload in request.FILES.items():
        if (row := _ROW.fullmatch(name)) and not isinstance(upload, list):
            try:
                typed[f"giay-{row[1]}-form"] = str(store_blank_form(upload=upload, actor=user, at=at).pk)
            except RuleBroken as broken:
                wrong[int(row[1])] = broken.message
    return typed, wrong, too_large
