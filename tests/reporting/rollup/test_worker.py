"""The whole way of a figure: a clerk closes a dossier, a real worker counts it, the rate on the page moves."""

import pytest

from dossiers.clock.states import Outcome
from dossiers.models import StaleDay
from dossiers.operations.finishing.actions import finish_dossier, start_work
from reporting import tasks
from reporting.definitions.on_time import Counts, Rate
from reporting.definitions.periods import Month
from reporting.public.figures import home_figures
from reporting.rollup.reconciliation import reconcile
from tests.factories import hanoi, make_offering, make_procedure, make_units, register


@pytest.mark.django_db(transaction=True)
def test_closing_a_dossier_makes_the_rate_move(celery_worker, eventually):
    city = make_units()
    offering = make_offering(make_procedure(), city.ward)
    first, second = (register(offering, city.ward_desk, at=hanoi(2026, 3, 2)) for _ in range(2))

    def finish(dossier, at):
        start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 10))
        finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, cause="other", actor=None, at=at)

    def counted(at):
        tasks.refresh_stale.delay()
        eventually(lambda: not StaleDay.objects.exists(), 20)
        return home_figures(at=at)

    finish(first, hanoi(2026, 3, 6))
    shown = counted(hanoi(2026, 3, 6, 10))
    assert (shown.month, shown.counts) == (Month(2026, 3), Counts(received=2, early=1))
    assert shown.rate == Rate(1, 1)

    finish(second, hanoi(2026, 3, 10))
    assert counted(hanoi(2026, 3, 10, 10)).rate == Rate(1, 2)
    assert reconcile(at=hanoi(2026, 3, 11, 1, 30)).is_good
