"""Other systems and their keys, and the voices they hand on."""

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
from complaints.texts.actions import keep_words
from units.clock.days import local_day

_HANDED_ON: Final = UUID("0b2b7d0a-92c3-4f7b-9d6f-0d5c3c1f8e77")


class OtherContent(Exception):
    """The partner has used this number for something else."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a partner hands on, as it came. `received_at`: when the partner heard it."""

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
    """A new key of a partner, who is made with it where there is none of that code. The key is told this once."""
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
    """End the keys that begin so; how many were good until now."""
    return ApiKey.objects.good(at).filter(shown=shown[:SHOWN]).update(ends_at=at)


def hand_on(*, partner: Partner, handed: Handed, at: datetime) -> tuple[Case, bool]:
    """The case of the partner's number, and whether it is new. Raises OtherContent, RuleBroken.

    What reads like a denunciation is one, whatever it was called.
    """
    said = json.dumps(_plain(handed), default=str, sort_keys=True)
    if (known := _known(partner, handed.reference, said)) is not None:
        return known, False
    try:
        with transaction.atomic():
            return _received(partner, handed, said, at), True
    except IntegrityError:  # the same, at the same moment
        if (known := _known(partner, handed.reference, said)) is None:
            raise
        return known, False


def _plain(handed: Handed) -> dict[str, Any]:
    told = {one.name: getattr(handed, one.name) for one in fields(handed)}
    return told | {"category": handed.category.code, "person": asdict(handed.person)}


def _received(partner: Partner, handed: Handed, said: str, at: datetime) -> Case:
    reference = fingerprint("reference", handed.reference)
    denounces = reads_like_denunciation(handed.subject, handed.content, handed.place)
    voice = NewCase(
        request_key=uuid5(_HANDED_ON, f"{partner.pk} {reference}"),
        kind=Kind.DENUNCIATION if denounces else Kind(handed.category.kind),
        channel=Channel(partner.channel),
        unit=reception(offices(local_day(at))),
        category=handed.category,
        subject=handed.subject,
        content=handed.content,
        person=handed.person,
        place=handed.place,
        latitude=handed.latitude,
        longitude=handed.longitude,
        consents=handed.consents,
        received_at=handed.received_at,
    )
    case = receive_case(voice=voice, actor=None, at=at)
    told = _("%(partner)s chuyển đến, số của bên chuyển: %(reference)s")
    note = told % {"partner": partner.name, "reference": handed.reference}
    keep_words(case, TextSort.NOTE, note, event=0, author=None, at=at)
    digest = fingerprint("handed", said)
    PartnerCase.objects.create(partner=partner, reference=reference, content=digest, case=case)
    return case


def _known(partner: Partner, reference: str, said: str) -> Case | None:
    """Raises OtherContent."""
    digests = fingerprints("reference", reference)
    row = PartnerCase.objects.filter(partner=partner, reference__in=digests).select_related("case__unit").first()
    if row is None:
        return None
    if row.content not in fingerprints("handed", said):
        raise OtherContent
    return row.case


def case_of_partner(partner: Partner, reference: str) -> Case | None:
    """A partner's own case under its number; nobody else's."""
    rows = Case.objects.select_related("unit", "category").filter(of_partner__partner=partner)
    return rows.filter(of_partner__reference__in=fingerprints("reference", reference)).first()
