"""A passkey in software: signs what a page asks for, as a browser and its device would, or not quite so."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


@dataclass(frozen=True)
class SoftPasskey:
    site: str = "localhost"
    origin: str = "https://localhost"
    flags: int = PRESENT | VERIFIED
    handle: str = ""
    """Whose it is, as the site named the person."""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))

    def create(self, options: dict[str, Any]) -> tuple[SoftPasskey, str]:
        """The passkey with its owner, and what the form sends."""
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(Aaguid(b"\0" * 16), self.credential_id, public)
        authenticator_data = AuthenticatorData.create(self._site_hash, self.flags | ATTESTED, 0, attested)
        answer = {
            "clientDataJSON": websafe_encode(self._client("webauthn.create", options["challenge"])),
            "attestationObject": websafe_encode(bytes(AttestationObject.create("none", authenticator_data, {}))),
        }
        return replace(self, handle=options["user"]["id"]), self._sent(answer, {"credProps": {"rk": True}})

    def get(self, options: dict[str, Any]) -> str:
        authenticator_data = AuthenticatorData.create(self._site_hash, self.flags, 1)
        client = self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(bytes(authenticator_data) + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(bytes(authenticator_data)),
            "signature": websafe_encode(signature),
            "userHandle": self.handle,
        }
        return self._sent(answer, {})

    @property
    def _site_hash(self) -> bytes:
        return sha256(self.site.encode()).digest()

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _sent(self, answer: dict[str, str], extensions: dict[str, Any]) -> str:
        key = websafe_encode(self.credential_id)
        sent = {"id": key, "rawId": key, "type": "public-key", "clientExtensionResults": extensions}
        return json.dumps(sent | {"response": answer})
