"""Writes the made-up cases of the demo district in one transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from accounts.models import Membership, User
from complaints.clock.replay import CACHED, EventRecord
from complaints.clock.states import SEALED_KINDS, EventKind, Kind
from complaints.demo.counter import home_of, load_boxes_and_reception_days, staffed_offices
from complaints.demo.made_up_case import CasePlan, MadeUpCase, make_up_case
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
from complaints.sealed.encryption import encrypt_json
from dossiers.demo.people import make_person, prepare_words
from dossiers.demo.plan import read_proportions
from units.calendar.lookup import current_edition, working_calendar
from units.clock.days import local_day
from units.codes import dossier_code
from units.models import Unit

DATA: Final = Path(__file__).resolve().parent.parent / "data" / "demo_cases.json"
_YEAR: Final = timedelta(days=365.25)


Rows = defaultdict[type[Model], list[Any]]
"""What to write, by model. A row points at its case, which has a key once the cases are written."""

_ORDER: Final = (Case, CaseEvent, Reporter, CaseText, SealedBox, CaseHandler, Publication, Call)


@transaction.atomic
def load_cases(*, now: datetime) -> int:
    """Write the cases of the years before `now`; how many. Raises ValueError when there are cases already."""
    if Case.objects.exists():
        raise ValueError("the inbox is not empty")
    load_rules()
    maker = _CaseMaker(json.loads(DATA.read_text(encoding="utf-8")), now)
    rows: Rows = defaultdict(list)
    for number in range(maker.plan["cases"]):
        maker.make(number, rows)
    for model in _ORDER:
        model._default_manager.bulk_create(rows[model], batch_size=1000)
    rate_some(rows[Case], maker.plan, Random(maker.plan["seed"]))
    load_boxes_and_reception_days(maker.offices, now=now)
    for office in staffed_offices(maker.offices, Random(maker.plan["seed"]), maker.words):
        office.promise_call_backs(now)
        office.receive_citizens(now)
    return len(rows[Case])


class _CaseMaker:
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
        made_up = self._events(kind, unit)
        category, (subject, content, answer) = self._texts(kind)
        case = self._case(
            number, kind, unit, made_up, rng.choices(list(channels), list(channels.values()))[0], category
        )
        rows[Case].append(case)
        rows[CaseEvent] += [self._event(case, place, event) for place, event in enumerate(made_up.events, 1)]
        if case.published_at:
            published = {"subject": subject, "content": content, "answer": answer}
            rows[Publication].append(
                Publication(case=case, at=case.published_at, search=searched(*published.values()), **published)
            )
        texts = [(TextSort.SUBJECT, subject, 1), (TextSort.CONTENT, content, 1)]
        texts += [
            (TextSort.ANSWER, answer, n) for n, one in enumerate(made_up.events, 1) if one.kind is EventKind.ANSWERED
        ]
        person = Person() if case.is_anonymous else self._person(unit)
        for sort, text, event in texts:
            at = made_up.events[event - 1].at
            if is_secret:
                rows[SealedBox].append(
                    SealedBox(case=case, what=sort.value, event=event, box=encrypt_json({"text": text}), at=at)
                )
            else:
                rows[CaseText].append(CaseText(case=case, sort=sort.value, event=event, text=text, at=at))
        if is_secret:
            rows[SealedBox].append(
                SealedBox(case=case, what="reporter", box=encrypt_json(asdict(person)), at=case.received_at)
            )
            rows[CaseHandler] += [
                CaseHandler(case=case, user=user, since=case.received_at) for user in self.inspectors
            ]
        else:
            rows[Reporter].append(Reporter(case=case, **asdict(person)))
        if case.channel == Channel.HOTLINE.value and self.officers:
            operator = self.officers[number % len(self.officers)]
            at = case.received_at
            rows[Call].append(
                Call(request_key=case.request_key, unit=unit, operator=operator, began_at=at, case=case, closed_at=at)
            )

    def _events(self, kind: Kind, unit: Unit) -> MadeUpCase:
        """Received in office hours at some time in the years before now, more in recent years."""
        calendar = self.calendars[unit.pk]
        back = self.plan["years"] * _YEAR * (self.rng.random() ** 1.15)
        received = calendar.advance(self.now - back, timedelta(hours=self.rng.uniform(0, 8)))
        if received > self.now:
            received = self.now - timedelta(hours=self.rng.uniform(0.5, 30))
        on = local_day(received)
        found = next(one for one in self.rule_sets if one.kind == kind.value and one.valid_from <= on)
        plan = CasePlan(kind, found.terms, unit.pk, received, self.edition)
        return make_up_case(plan, self.plan, self.rng, lambda _edition: calendar, self.now)

    def _texts(self, kind: Kind) -> tuple[Category, tuple[str, str, str]]:
        asked = Kind.DENUNCIATION if kind is Kind.DENUNCIATION_INFO else kind
        codes = [code for code in self.plan["texts"] if self.categories[code].kind == asked.value]
        code = self.rng.choice(codes)
        return self.categories[code], tuple(self.rng.choice(self.plan["texts"][code]))

    def _case(
        self, number: int, kind: Kind, unit: Unit, made_up: MadeUpCase, channel: str, category: Category
    ) -> Case:
        rng, state, is_secret = self.rng, made_up.replay.state, kind in SEALED_KINDS
        case = Case(
            request_key=UUID(int=(self.plan["seed"] << 64) + number),
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
