"""A whole identity provider by somebody else, allauth's, as a program: `python -m … FOLDER PORT REDIRECT AFTER`.

It has nothing of the portal: its own settings, and its database is a file in the folder given.
"""

import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
CLIENT, SECRET, NAME, PASSWORD, STRENGTH = (
    "cong",
    "bi-mat-cua-cong",
    "canbo-ngoai",
    "mat-khau-o-nha-cung-cap",
    "hai-buoc",
)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def configure(folder: Path) -> None:
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    middleware = ("sessions.middleware.SessionMiddleware", "auth.middleware.AuthenticationMiddleware")
    settings.configure(
        SECRET_KEY="x" * 50,
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "provider.sqlite3"}},
        INSTALLED_APPS=[
            *(f"django.contrib.{app}" for app in ("auth", "contenttypes", "sessions", "messages")),
            *("allauth", "allauth.account", "allauth.idp.oidc"),
        ],
        MIDDLEWARE=[
            *(f"django.contrib.{one}" for one in (*middleware, "messages.middleware.MessageMiddleware")),
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ACCOUNT_EMAIL_VERIFICATION="none",
        ROOT_URLCONF="tests.accounts.provider.allauth_idp_urls",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SESSION_COOKIE_NAME="provider",
        USE_TZ=True,
        IDP_OIDC_PRIVATE_KEY=pem.decode(),
        IDP_OIDC_ADAPTER="tests.accounts.provider.allauth_idp_urls.Adapter",
        IDP_OIDC_RP_INITIATED_LOGOUT_ASKS_FOR_OP_LOGOUT=False,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()


def fill(redirect: str, after: str) -> None:
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    User.objects.create_user(NAME, password=PASSWORD)
    client = Client(id=CLIENT, name="Cổng", redirect_uris=redirect, skip_consent=True)
    client.set_secret(SECRET)
    client.set_post_logout_redirect_uris([after])
    client.save()


def main(folder: str, port: str, redirect: str, after: str) -> None:
    configure(Path(folder))
    fill(redirect, after)
    from django.core.wsgi import get_wsgi_application

    make_server("127.0.0.1", int(port), get_wsgi_application(), Server, Quiet).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
