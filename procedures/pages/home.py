"""The catalogue's part of the front page."""

from datetime import datetime
from typing import Any, Final

from procedures.data_files import word_list
from procedures.result_date.forms import ResultDateForm
from procedures.search.index import PLACE, catalogue_index, grouped
from procedures.search.life_events import events
from units.texts.wording import day_of

EVENTS_AT_HOME: Final = 8


def home_context(at: datetime) -> dict[str, Any]:
    """The catalogue's part of the front page; the view is in `portal/front_page`, which adds the on-time figures."""
    index = catalogue_index(day_of(at))
    lists = word_list("home")
    return {
        "procedures_count": len(index.ids),
        "places_count": len(index.labels[PLACE]),
        "chips": lists["chips"],
        "events": events()[:EVENTS_AT_HOME],
        "choices": grouped(index.usual),
        "form": ResultDateForm(None, at=at),
        "today": day_of(at),
    }
