"""A procedure for search engines: schema.org's GovernmentService as JSON-LD."""

import json
from collections.abc import Sequence
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from procedures.models import Channel, Offering, ProcedureVersion

# Characters that would end the element or be read as markup by an old parser.
_ESCAPES: Final = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def government_service(version: ProcedureVersion, offerings: Sequence[Offering], url: str) -> dict[str, Any]:
    """`version` as read by `for_page`; `url` is the page's canonical address."""
    procedure = version.procedure
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": url,
        "url": url,
        "identifier": procedure.official_code or procedure.ref,
        "name": version.name,
        "alternateName": version.name_en or None,
        "serviceType": procedure.field.name,
        "inLanguage": "vi",
        "audience": {"@type": "Audience", "audienceType": version.audience_words},
        "serviceOperator": [_office(offering) for offering in offerings],
        "serviceOutput": {"@type": "Thing", "name": version.result},
        "termsOfService": version.conditions or None,
        "availableChannel": [_channel(row, url) for row in version.ways],  # type: ignore[attr-defined]
        "offers": _offer(version),
    }


def _office(offering: Offering) -> dict[str, Any]:
    return {"@type": "GovernmentOrganization", "name": offering.unit.name}


def _channel(row: dict[str, Any], url: str) -> dict[str, Any]:
    return {
        "@type": "ServiceChannel",
        "name": str(Channel.Way(row["way"]).label),
        "serviceUrl": url,
        "description": row["term_text"],
    }


def _offer(version: ProcedureVersion) -> dict[str, Any] | None:
    if version.fee_vnd is None:
        return None
    return {"@type": "Offer", "price": version.fee_vnd, "priceCurrency": "VND"}


def as_data_block(data: dict[str, Any]) -> SafeString:
    """A script element that no browser runs, which the Content-Security-Policy therefore allows."""
    text = json.dumps({key: value for key, value in data.items() if value is not None}, ensure_ascii=False)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text.translate(_ESCAPES)),  # JSON whose angle brackets and ampersands are escaped  # noqa: S308
    )
