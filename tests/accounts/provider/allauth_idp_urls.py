"""Addresses of the provider, and how strongly it says that people sign in there."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.urls import include, path

from tests.accounts.provider.allauth_idp import STRENGTH

urlpatterns = [path("accounts/", include("allauth.account.urls")), path("", include("allauth.idp.urls"))]


class Adapter(DefaultOIDCAdapter):
    def populate_id_token(self, id_token: dict[str, Any], client: Any, scopes: Any, **_: Any) -> None:
        id_token["acr"] = STRENGTH
