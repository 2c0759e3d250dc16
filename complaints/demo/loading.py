"""Writing the made-up voices of the demo district, in one transaction."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from accounts.citizens.secret import ALPHABET, LENGTH
from accounts.models import Membership, User
from complaints.clock.replay import CACHED, EventRecord
from complaints.clock.states import SEALED_KINDS, EventKind, Kind
from complaints.demo.counter import desks, furnish, home_of
from complaints.demo.made_up_case import Life, Plan, live
from complaints.demo.ratings import rate_some
from complaints.loading import load_rules
from complaints.models import (
    Call,
    Case,
    CaseEvent,
    CaseHandler,
    CaseText,
    Category,
    Publication,
    Reporter,
    RuleSet,
    SealedBox,
)
from complaints.models.labels import Channel
from complaints.models.people import Person, TextSort
from complaints.models.publications import searched
from complaints.operations.publication.actions import PUBLIC_KINDS
from complaints.registration.actions import CODE_TEMPLATE, PREFIX, authority_prefix
from complaints.sealed.encryption import sealed
from dossiers.demo.people import make_person, prepare_words
from dossiers.demo.plan import read_proportions
from units.calendar.lookup import current_edition, working_calendar
from units.clock.days import local_day
from units.codes import dossier_code
from units.models import Unit

DATA: Final = Path(__file__).resolve().parent.parent / "data" / "demo_cases.json"
_YEAR: Final = timedelta(days=365.25)


@dataclass(slots=True)
class Rows:
    """Everything to be written; a row points at its case, which has a key once the cases are in."""

    cases: list[Case]
    events: list[CaseEvent]
    people: list[Reporter]
    texts: list[CaseText]
    boxes: list[SealedBox]
    handlers: list[CaseHandler]
    publications: list[Publication]
    calls: list[Call]


@transaction.atomic
def load_cases(*, now: datetime) -> int:
    """Write the cases of the years before `now`; how many. Raises ValueError when there are cases already."""
    if Case.objects.exists():
        raise ValueError("the inbox is not empty")
    load_rules()
    maker = _Maker(json.loads(DATA.read_text(encoding="utf-8")), now)
    rows = Rows([], [], [], [], [], [], [], [])
    for number in range(maker.plan["cases"]):
        maker.make(number, rows)
    Case.objects.bulk_create(rows.cases, batch_size=500)
    CaseEvent.objects.bulk_create(rows.events, batch_size=1000)
    Reporter.objects.bulk_create(rows.people, batch_size=1000)
    CaseText.objects.bulk_create(rows.texts, batch_size=1000)
    SealedBox.objects.bulk_create(rows.boxes, batch_size=1000)
    CaseHandler.objects.bulk_create(rows.handlers, batch_size=1000)
    Publication.objects.bulk_create(rows.publications, batch_size=1000)
    rate_some(rows.cases, maker.plan, Random(maker.plan["seed"]))
    Call.objects.bulk_create(rows.calls, batch_size=1000)
    furnish(maker.offices, now=now)
    for desk in desks(maker.offices, Random(maker.plan["seed"]), maker.words):
        desk.keep_calls(now)
        desk.receive_citizens(now)
    return len(rows.cases)


class _Maker:
    """What all cases are made from."""

    def __init__(self, plan: dict[str, Any], now: datetime) -> None:
        self.plan, self.now = plan, now
        self.rng = Random(plan["seed"])
        self.words = prepare_words(read_proportions())
        self.edition = current_edition()
        tenant = Unit.objects.get(is_tenant=True)
        self.wards = list(
            Unit.objects.filter(parent=tenant, kind__code="ward").select_related("kind").order_by("order", "name")
        )
        self.district = Unit.objects.filter(slug="ban-tiep-cong-dan").first() or tenant
        self.calendars = {unit.pk: working_calendar(unit) for unit in [*self.wards, self.district]}
        self.prefixes = {unit.pk: authority_prefix(unit, local_day(now)) for unit in [*self.wards, self.district]}
        self.categories = {category.code: category for category in Category.objects.all()}
        self.rule_sets = list(RuleSet.objects.order_by("-valid_from"))
        self.inspectors = _people([Membership.Role.INSPECTOR])
        self.officers = _people([Membership.Role.SPECIALIST, Membership.Role.CLERK])
        self.taken: set[str] = set()
        self.offices = list({unit.pk: unit for unit in (tenant, self.district, *self.wards)}.values())

    def make(self, number: int, rows: Rows) -> None:
        rng, plan = self.rng, self.plan
        kind = Kind(rng.choices(list(plan["kinds"]), list(plan["kinds"].values()))[0])
        channels = plan["channels"][kind.value]
        is_secret = kind in SEALED_KINDS
        at_district = is_secret or kind is Kind.GRIEVANCE or rng.random() < plan["at_district"]
        unit = self.district if at_district else rng.choice(self.wards)
        life = self._life(kind, unit)
        category, (subject, content, answer) = self._said(kind)
        case = self._case(number, kind, unit, life, rng.choices(list(channels), list(channels.values()))[0], category)
        rows.cases.append(case)
        rows.events += [self._event(case, place, event) for place, event in enumerate(life.events, 1)]
        if case.published_at:
            told = {"subject": subject, "content": content, "answer": answer}
            rows.publications.append(
                Publication(case=case, at=case.published_at, search=searched(*told.values()), **told)
            )
        texts = [(TextSort.SUBJECT, subject, 1), (TextSort.CONTENT, content, 1)]
        texts += [
            (TextSort.ANSWER, answer, n) for n, one in enumerate(life.events, 1) if one.kind is EventKind.ANSWERED
        ]
        person = Person() if case.is_anonymous else self._person(unit)
        for sort, text, event in texts:
            at = life.events[event - 1].at
            if is_secret:
                rows.boxes.append(
                    SealedBox(case=case, what=sort.value, event=event, box=sealed({"text": text}), at=at)
                )
            else:
                rows.texts.append(CaseText(case=case, sort=sort.value, event=event, text=text, at=at))
        if is_secret:
            rows.boxes.append(SealedBox(case=case, what="reporter", box=sealed(asdict(person)), at=case.received_at))
            rows.handlers += [CaseHandler(case=case, user=user, since=case.received_at) for user in self.inspectors]
        else:
            rows.people.append(Reporter(case=case, **asdict(person)))
        if case.channel == Channel.HOTLINE.value and self.officers:
            operator = self.officers[number % len(self.officers)]
            at = case.received_at
            rows.calls.append(
                Call(request_key=case.request_key, unit=unit, operator=operator, began_at=at, case=case, closed_at=at)
            )

    def _life(self, kind: Kind, unit: Unit) -> Life:
        """Received in office hours somewhere in the years before now; more of late, as with every such service."""
        calendar = self.calendars[unit.pk]
        back = self.plan["years"] * _YEAR * (self.rng.random() ** 1.15)
        received = calendar.advance(self.now - back, timedelta(hours=self.rng.uniform(0, 8)))
        if received > self.now:
            received = self.now - timedelta(hours=self.rng.uniform(0.5, 30))
        on = local_day(received)
        found = next(one for one in self.rule_sets if one.kind == kind.value and one.valid_from <= on)
        plan = Plan(kind, found.terms, unit.pk, received, self.edition)
        return live(plan, self.plan, self.rng, lambda _edition: calendar, self.now)

    def _said(self, kind: Kind) -> tuple[Category, tuple[str, str, str]]:
        asked = Kind.DENUNCIATION if kind is Kind.DENUNCIATION_INFO else kind
        codes = [code for code in self.plan["voices"] if self.categories[code].kind == asked.value]
        code = self.rng.choice(codes)
        return self.categories[code], tuple(self.rng.choice(self.plan["voices"][code]))

    def _case(self, number: int, kind: Kind, unit: Unit, life: Life, channel: str, category: Category) -> Case:
        rng, state, is_secret = self.rng, life.story.state, kind in SEALED_KINDS
        case = Case(
            request_key=UUID(int=(self.plan["seed"] << 64) + number),
            secret="".join(rng.choice(ALPHABET) for _ in range(LENGTH)),
            kind=kind.value,
            is_sealed=is_secret,
            channel=channel,
            category=category,
            receiving_unit=unit,
            is_anonymous=kind is Kind.FIELD_REPORT and rng.random() < self.plan["anonymous"],
            consents=kind in PUBLIC_KINDS and rng.random() < self.plan["consents"],
        )
        for name in CACHED:
            setattr(case, name, getattr(state, name))
        assert state.status is not None
        assert state.received_at is not None
        case.status = state.status.value
        if case.consents and state.answered_at:
            case.published_at = state.answered_at
        if kind is Kind.FIELD_REPORT:
            case.place = f"{rng.randrange(1, 200)} {rng.choice(self.words['streets'])}"
        case.code = self._code(unit, state.received_at)
        return case

    def _code(self, unit: Unit, received: datetime) -> str:
        while True:
            number = self.rng.randrange(1, 1_000_000)
            prefix = f"{PREFIX}.{self.prefixes[unit.pk]}"
            code = dossier_code(prefix, on=local_day(received), number=number, template=CODE_TEMPLATE)
            if code not in self.taken:
                self.taken.add(code)
                return code

    def _event(self, case: Case, number: int, event: EventRecord) -> CaseEvent:
        return CaseEvent(
            case=case,
            number=number,
            kind=event.kind.value,
            from_status="",
            to_status=event.to_status.value,
            at=event.at,
            unit_id=event.unit_id,
            data=dict(event.data),
        )

    def _person(self, unit: Unit) -> Person:
        made = make_person(self.rng, self.words, home_of(unit))
        return Person(name=made.name, phone=made.phone, address=made.address)


def _people(roles: list[str]) -> list[User]:
    held: dict[int, User] = {}
    for one in Membership.objects.with_roles(roles).select_related("user"):
        held.setdefault(one.user_id, one.user)
    return list(held.values())
