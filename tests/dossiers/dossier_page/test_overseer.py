"""Who leads without standing at a counter sees a file inside the officials' room, not the clerks'."""

import pytest
from django.utils import timezone

from tests.factories import make_offering, make_procedure, make_units, make_user, register

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "sees", "not_this"), [("official", "/dieu-hanh/", "/can-bo/tiep-nhan/")])
def test_an_official_opens_a_file_under_the_officials_tabs(client, role, sees, not_this):
    city = make_units()
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now())
    client.force_login(make_user(role, city.district))
    shown = client.get(dossier.get_absolute_url()).content.decode()
    assert f'href="{sees}"' in shown
    assert f'href="{not_this}"' not in shown


def test_a_clerk_who_also_leads_keeps_the_counter(client):
    city = make_units()
    clerk = make_user("clerk", city.ward_desk)
    clerk.memberships.create(unit=city.ward, role="leader", valid_from=clerk.memberships.get().valid_from)
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now())
    client.force_login(clerk)
    assert 'href="/can-bo/tiep-nhan/"' in client.get(dossier.get_absolute_url()).content.decode()
