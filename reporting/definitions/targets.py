"""Targets of the office, the smallest numbers that are ranked or published, and sizes of lists."""

from decimal import Decimal
from typing import Final

ON_TIME_TARGET: Final = Decimal("0.98")
"""Share of resolved dossiers finished by the promised time, as the district set itself."""

RANK_FROM: Final = 30
"""Fewest resolved dossiers with which a unit is ranked: below it one dossier moves the rate by 3 points."""

PUBLISH_FROM: Final = 5
"""Fewest resolved dossiers with which a unit's figures are published: fewer could point at a person."""

SOON_DAYS: Final = 3
"""Working days ahead that count as "due soon"."""

ANSWER_DAYS: Final = 1
"""Working days, the day of filing not counted, within which what was filed online is accepted, refused or sent back
for what is missing: the portal's own term, never shorter than eight working hours; no source at hand states one."""

TREND_MONTHS: Final = 12
SPARK_WEEKS: Final = 8
RANKING_TOP: Final = 8
RANKING_BOTTOM: Final = 2
FIELDS_SHOWN: Final = 8
OLDEST_SHOWN: Final = 10
OVERDUE_SHOWN: Final = 8
MONTHS_OFFERED: Final = 48
YEARS_OFFERED: Final = 5
WEEKS_OFFERED: Final = 8
PAGE_SIZE: Final = 50

SATISFACTION_TARGET: Final = Decimal("0.80")
"""Share of satisfied citizens that the district promised."""

COMMENTS_PER_PAGE: Final = 20

USUAL_TIME_FROM: Final = 10
"""Fewest dossiers with which a usual time is shown: of fewer, a median is chance."""

STEPS_SHOWN: Final = 20
HEAT_MAP_MONTHS: Final = (1, 3, 12)
"""Months that a heat map may cover."""
