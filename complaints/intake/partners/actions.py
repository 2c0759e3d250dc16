"""API keys of other systems, and the cases they send."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.clock.states import Kind
from complaints.intake.partners.keys import digest_of
from complaints.models import ApiKey, Case, Category, Partner, PartnerCase, Scope
from complaints.models.labels import Channel
from complaints.models.partners import SHOWN
from complaints.models.people import Person, TextSort
from complaints.registration.actions import NewCase, receive_case
from complaints.registration.choices import offices, reception
from complaints.sealed.denunciation_detection import reads_like_denunciation
from complaints.sealed.fingerprints import fingerprint, fingerprints
from complaints.texts.actions import store_text
from units.clock.days import local_day

_HANDED_ON: Final = UUID("0b2b7d0a-92c3-4f7b-9d6f-0d5c3c1f8e77")


class ReferenceReused(Exception):
    """The partner has used this number for other content."""


@dataclass(frozen=True, slots=True)
class PartnerReport:
    """A case as a partner sends it. `received_at`: when the partner received it."""

    reference: str
    category: Category
    content: str
    subject: str = ""
    person: Person = field(default_factory=Person)
    place: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    consents: bool = False
    received_at: datetime | None = None


@transaction.atomic
def make_api_key(
    *, partner: str, name: str, channel: Channel, scopes: Iterable[Scope], ends_at: datetime | None, at: datetime
) -> str:
    """A new key of a partner, who is made with it where there is none of that code. The key is returned only here."""
    owner, _is_new = Partner.objects.get_or_create(code=partner, defaults={"name": name, "channel": channel})
    key = secrets.token_hex(32)  # letters and digits only: on a command line a "-" in front would be an option
    ApiKey.objects.create(
        partner=owner,
        digest=digest_of(key),
        shown=key[:SHOWN],
        scopes=sorted({scope.value for scope in scopes}),
        made_at=at,
        ends_at=ends_at,
    )
    return key


def end_api_key(*, shown: str, at: datetime) -> int:
    """End the keys that begin so; how many were valid until now."""
    return ApiKey.objects.valid(at).filter(shown=shown[:SHOWN]).update(ends_at=at)


def receive_from_partner(*, partner: Partner, report: PartnerReport, at: datetime) -> tuple[Case, bool]:
    """The case of the partner's number, and whether it is new. Raises ReferenceReused, RuleBroken.

    What reads like a denunciation is one, whatever it was called.
    """
    content = json.dumps(_plain(report), default=str, sort_keys=True)
    if (existing := _existing_case(partner, report.reference, content)) is not None:
        return existing, False
    try:
        with transaction.atomic():
            return _received(partner, report, content, at), True
    except IntegrityError:  # the same, at the same moment
        if (existing := _existing_case(partner, report.reference, content)) is None:
            raise
        return existing, False


def _plain(report: PartnerReport) -> dict[str, Any]:
    values = {one.name: getattr(report, one.name) for one in fields(report)}
    return values | {"category": report.category.code, "person": asdict(report.person)}


def _received(partner: Partner, report: PartnerReport, content: str, at: datetime) -> Case:
    reference = fingerprint("reference", report.reference)
    denounces = reads_like_denunciation(report.subject, report.content, report.place)
    new = NewCase(
        request_key=uuid5(_HANDED_ON, f"{partner.pk} {reference}"),
        kind=Kind.DENUNCIATION if denounces else Kind(report.category.kind),
        channel=Channel(partner.channel),
        unit=reception(offices(local_day(at))),
        category=report.category,
        subject=report.subject,
        content=report.content,
        person=report.person,
        place=report.place,
        latitude=report.latitude,
        longitude=report.longitude,
        consents=report.consents,
        received_at=report.received_at,
    )
    case = receive_case(new=new, actor=None, at=at)
    template = _("%(partner)s chuyển đến, số của bên chuyển: %(reference)s")
    note = template % {"partner": partner.name, "reference": report.reference}
    store_text(case, TextSort.NOTE, note, event=0, author=None, at=at)
    digest = fingerprint("handed", content)
    PartnerCase.objects.create(partner=partner, reference=reference, content=digest, case=case)
    return case


def _existing_case(partner: Partner, reference: str, content: str) -> Case | None:
    """Raises ReferenceReused."""
    digests = fingerprints("reference", reference)
    row = PartnerCase.objects.filter(partner=partner, reference__in=digests).select_related("case__unit").first()
    if row is None:
        return None
    if row.content not in fingerprints("handed", content):
        raise ReferenceReused
    return row.case


def case_of_partner(partner: Partner, reference: str) -> Case | None:
    """A partner's own case under its number; nobody else's."""
    rows = Case.objects.select_related("unit", "category").filter(of_partner__partner=partner)
    return rows.filter(of_partner__reference__in=fingerprints("reference", reference)).first()
