"""What the inbox adds to official reports: its own one, two marks of the score, two of the index."""

from dataclasses import replace
from datetime import date

import pytest

from accounts.models import Membership
from complaints.clock.states import Kind as VoiceKind
from complaints.clock.states import Outcome as CaseOutcome
from complaints.loading import load_rules
from complaints.models import CaseDossier
from complaints.models.labels import Channel
from complaints.operations.answer.actions import answer_case
from reporting.definitions.periods import Span
from reporting.models import CaseTally
from reporting.reports.adding_up import checked
from reporting.reports.cases import REPORT, read_case_rows
from reporting.reports.kinds import Kind
from tests.complaints.cases import in_work, received
from tests.factories import hanoi, make_units, make_user
from tests.reporting.helpers import offer, save
from tests.reporting.reports.test_reports import APRIL, MARCH, done, made
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    load_rules()
    return make_units()


def test_cases_that_proved_right_cost_attitude_and_late_petitions_cost_their_unit(city):
    """Of two dossiers one has a confirmed complaint: (2 + 0) ÷ 2 = 1.0. Of ten petitions one late: 1.0, of nine: 0."""
    right, wrong = save(done(offer(city.ward)), done(offer(city.ward)))
    case = received(city.ward, at=hanoi(2026, 3, 5, 9))
    CaseDossier.objects.create(case=case, dossier=right, is_confirmed=True)
    CaseDossier.objects.create(case=case, dossier=wrong)
    form = {"day": date(2026, 3, 5), "kind": "petition", "channel": "web"}
    tally = CaseTally.objects.create(unit=city.ward, on_time=9, late=1, **form)
    (row,) = made(Kind.SCORES, city.district).tables[0].rows
    assert (row[9], row[10]) == (1.0, 1.0)
    CaseTally.objects.filter(pk=tally.pk).update(on_time=8)
    (row,) = made(Kind.SCORES, city.district).tables[0].rows
    assert row[10] == 0.0
    rows = {str(row[0]): row for row in made(Kind.INDEX_766, city.district).tables[0].rows}
    assert rows["4.1"][4:7] == ["8 / 9", "88,9%", 5.3]


def test_cases_of_a_period_add_up_by_kind_and_hold_no_secret(city):
    make_user(Membership.Role.INSPECTOR, city.ward)
    in_work(city.ward, at=hanoi(2026, 2, 20, 9))
    case = in_work(city.ward, at=hanoi(2026, 3, 5, 9))
    form = {"answer": "Đã sửa xong vỉa hè hôm qua.", "outcome": CaseOutcome.EXPLAINED}
    answer_case(case=case, actor=None, at=hanoi(2026, 3, 6, 9), **form)
    received(city.ward, VoiceKind.DENUNCIATION, at=hanoi(2026, 3, 5, 9), channel=Channel.COUNTER)
    (table,) = made(Kind.CASES, city.district).tables
    assert [row[1:] for row in table.rows] == [["Kiến nghị, phản ánh", 2, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1]]
    (earlier,) = made(Kind.CASES, city.district, period=Span.parse("2026-02")).tables
    assert earlier.rows[0][2:] == [1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0]
    with pytest.raises(RuleBroken, match="6 = 7"):
        checked([replace(read_case_rows([city.ward.pk], MARCH, at=APRIL)[0], late=4)], report=REPORT)
