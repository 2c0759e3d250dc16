"""An identity provider in a thread: it answers over HTTP, and in any way a test asks for, right or wrong."""

from __future__ import annotations

import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

CLIENT, SECRET, SUBJECT = "cong-mot-cua", "bí mật: & = đủ dài", "7d0c-subject"
Key = ec.EllipticCurvePrivateKey


def new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def published(key: Key, key_id: str) -> dict[str, Any]:
    return jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": key_id, "use": "sig"}


@dataclass
class StandIn:
    """`claims`: what its ID tokens say beside, or instead of, the truth; None leaves one out. `metadata` alike."""

    issuer: str = ""
    key: Key = field(default_factory=new_key)
    key_id: str = "one"
    keys: list[dict[str, Any]] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "ES256"
    is_down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def authorize(self, address: str) -> dict[str, str]:
        """What the browser brings back from the page of the provider, where its person has signed in."""
        asked = asked_of(address)
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, asked: dict[str, str]) -> str | None:
        """By the rules: each code once, for the verifier of its challenge and the address it was made for."""
        made_for = self.codes.pop(asked.get("code", ""), None)
        if made_for is None or made_for["redirect_uri"] != asked.get("redirect_uri"):
            return None
        proof = urlsafe_b64encode(sha256(asked["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if proof != made_for["code_challenge"]:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": SUBJECT, "iat": now, "exp": now + 300}
        claims |= {"nonce": made_for["nonce"], "auth_time": now} | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.signed(claims, {"kid": self.key_id})

    def logout_token(self, *, kind: str | None = "logout+jwt", **changed: Any) -> str:
        """What it sends when somebody has signed out there; None leaves a claim out."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": SUBJECT, "iat": now, "exp": now + 120, "jti": "one"}
        claims |= {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}} | changed
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.signed(claims, {"kid": self.key_id, "typ": kind})

    def signed(self, claims: dict[str, Any], header: dict[str, Any]) -> str:
        key: Any = {"ES256": self.key, "HS256": SECRET.encode().ljust(32), "none": None}[self.algorithm]
        return jwt.encode(claims, key, self.algorithm, headers=header)


class Handler(BaseHTTPRequestHandler):
    provider: StandIn
    protocol_version: ClassVar[str] = "HTTP/1.1"

    def do_GET(self) -> None:
        self.provider.asked.append(self.path)
        if self.provider.is_down:
            self.answer({}, 503)
        elif self.path == "/.well-known/openid-configuration":
            self.answer(metadata_of(self.provider))
        elif self.path.startswith("/authorize?"):
            self.lead_to(f"{asked_of(self.path)['redirect_uri']}?{urlencode(self.provider.authorize(self.path))}")
        elif self.path.startswith("/end?"):
            self.lead_to(asked_of(self.path)["post_logout_redirect_uri"])
        else:
            self.answer({"keys": self.provider.keys or [published(self.provider.key, self.provider.key_id)]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        token = self.provider.token(dict(parse_qsl(body))) if is_client(self.headers["Authorization"]) else None
        self.answer({"id_token": token} if token else {"error": "invalid_grant"}, 200 if token else 400)

    def lead_to(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, answer: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def running() -> Iterator[StandIn]:
    provider = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"provider": provider}))
    server.daemon_threads = True
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()


def asked_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def is_client(header: str) -> bool:
    return b64decode(header.removeprefix("Basic ")).decode() == f"{quote(CLIENT, safe='')}:{quote(SECRET, safe='')}"


def metadata_of(provider: StandIn) -> dict[str, Any]:
    addresses = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
    addresses |= {"end_session_endpoint": "end"}
    made = {name: f"{provider.issuer}/{page}" for name, page in addresses.items()}
    return {"issuer": provider.issuer} | made | provider.metadata
