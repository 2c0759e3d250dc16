"""What an officer files under a plain name and reads like a denunciation is asked about once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from complaints.models import Case
from tests.complaints.cases import NAME, PHONE
from tests.factories import City, make_user

DENOUNCES = "Tôi tố cáo cán bộ quầy 2 nhận hối lộ của ba người."
NAMED = {"name": NAME, "phone": PHONE, "address": "Số 7 ngõ Vân Hồ", "content": DENOUNCES, "people": "1"}


@pytest.mark.parametrize(
    ("page", "more"),
    [
        ("/can-bo/duong-day-nong/", {"began": "09:05", "category": "thai-do", "grade": "normal"}),
        ("/can-bo/don-giay/", {"channel": "counter", "category": "thai-do"}),
        ("/can-bo/so-tiep-cong-dan/", {"kind": "feedback", "is_ours": "on", "makes_case": "on"}),
    ],
)
def test_a_plain_name_over_words_that_denounce_is_asked_about_beside_a_box(
    city: City, client: Client, page: str, more: dict[str, Any]
) -> None:
    client.force_login(make_user("clerk", city.ward))
    typed = {"request_key": str(uuid4()), **NAMED, **more}
    assert "Không phải tố cáo" not in client.get(page).content.decode()
    asked = client.post(page, typed)
    text = asked.content.decode()
    assert (asked.status_code, Case.objects.exists()) == (422, False)
    assert "Lời ghi đọc như tố cáo" in text
    assert DENOUNCES in text
    assert client.post(page, typed | {"is_plain": "on"}).status_code == 200
    assert Case.objects.get().kind == "petition"
