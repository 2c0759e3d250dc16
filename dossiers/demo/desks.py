"""The hall of every desk in the demo: who is on duty, and what those who collected a result thought of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import connection

from dossiers.clock.states import Status
from units.clock.days import local_day
from units.models import DutyPost, Unit

_POSTS: Final = (
    ("Phụ trách Bộ phận một cửa", "", None),
    ("Cán bộ tiếp nhận", "Hộ tịch, chứng thực", 1),
    ("Cán bộ tiếp nhận", "Đất đai, xây dựng, hộ kinh doanh", 2),
    ("Cán bộ trả kết quả, thu phí", "Mọi lĩnh vực", 3),
)

# One in ten who collected a result in the last year and a half, the same ones at every load. Those who waited too long
# is less pleased. The code decides by its digest, so no random numbers are drawn.
_RATED: Final = """
    INSERT INTO dossiers_rateddossier (dossier_id)
    SELECT id FROM dossiers_dossier
    WHERE status = %(returned)s AND returned_at > %(now)s - interval '18 months'
      AND get_byte(decode(md5(code), 'hex'), 0) < 26
"""
_RATINGS: Final = """
    INSERT INTO dossiers_rating (id, month, desk_id, handler_id, score, reasons, words)
    SELECT md5('rating' || code)::uuid, date_trunc('month', returned_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
        desk_id, handler_id, score,
        (CASE WHEN score >= 4 AND dice %% 3 > 0 THEN '{}' WHEN is_late THEN '{time}' ELSE reasons[1 + dice %% 5] END)
            ::varchar[],
        CASE WHEN score <= 2 AND dice %% 4 = 0 THEN 'Chờ lâu mà không ai báo.'
             WHEN score = 5 AND dice %% 40 = 0 THEN 'Hướng dẫn tận tình, xong sớm.' ELSE '' END
    FROM (
        SELECT dossier.*, dossier.finished_at > dossier.due_at AS is_late,
            get_byte(decode(md5(code), 'hex'), 1) AS dice,
            CASE WHEN finished_at > due_at THEN 1 + get_byte(decode(md5(code), 'hex'), 2) %% 4
                 WHEN get_byte(decode(md5(code), 'hex'), 2) < 18 THEN 2
                 WHEN get_byte(decode(md5(code), 'hex'), 2) < 38 THEN 3
                 WHEN get_byte(decode(md5(code), 'hex'), 2) < 150 THEN 4
                 ELSE 5 END AS score,
            ARRAY['{attitude}', '{guidance}', '{place}', '{trips}', '{papers}'] AS reasons
        FROM dossiers_dossier AS dossier JOIN dossiers_rateddossier ON dossier_id = dossier.id
    ) AS rated
    ORDER BY md5(code)
"""


def open_hall(now: datetime) -> None:
    """Post the duty roster of every desk, and let those who collected a result speak."""
    desks = Unit.objects.desks().in_force(local_day(now))
    DutyPost.objects.bulk_create(
        DutyPost(desk=desk, order=order, title=title, fields=fields, counter=counter, telephone=desk.telephone)
        for desk in desks
        for order, (title, fields, counter) in enumerate(_POSTS)
    )
    with connection.cursor() as cursor:
        cursor.execute(_RATED, {"returned": Status.RETURNED.value, "now": now})
        cursor.execute(_RATINGS, {})
