"""The key ring: three keys of one deployment, for identity, encryption and erasure."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from graph.errors import KeyMismatch, UsageError

ALGORITHM = "hmac-sha256"


@dataclass(frozen=True)
class KeyRing:
    """Keys held in memory; `key_id` and `check_value` may be stored, the keys never are.

    identity: HMAC of identity numbers. encryption: quarantined rows. erasure: tombstones.
    """

    key_id: str
    identity: bytes
    encryption: bytes
    erasure: bytes

    @cached_property
    def check_value(self) -> str:
        """What a store keeps in order to refuse another key; reveals nothing of the key."""
        return hmac.digest(self.identity, b"creditgraph check value", "sha256").hex()[:16]

    def digest(self, text: str) -> str:
        """Keyed hash of an identity number or mask: 32 hex digits of HMAC-SHA-256 (128 bits)."""
        return hmac.digest(self.identity, text.encode(), "sha256").hex()[:32]

    def tombstone(self, text: str) -> str:
        """What stays of an erased id or text: 32 hex digits of HMAC-SHA-256 under a key of its own."""
        return hmac.digest(self.erasure, text.encode(), "sha256").hex()[:32]

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(self.encryption)

    def seal(self, text: str) -> str:
        """Encrypt a text (Fernet: AES-128-CBC with HMAC-SHA-256)."""
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, token: str) -> str:
        """Decrypt what `seal` made; KeyMismatch under another key."""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken:
            raise KeyMismatch(
                "this row was encrypted under another key",
                "Give the key it was loaded with.",
                "该行以另一密钥加密。请使用入库时的密钥。",
            ) from None

    @classmethod
    def generate(cls) -> KeyRing:
        """A new random key ring."""
        identity = secrets.token_bytes(32)
        key_id = hashlib.sha256(b"key id" + identity).hexdigest()[:8]
        return cls(key_id, identity, Fernet.generate_key(), secrets.token_bytes(32))

    @classmethod
    def derived(cls, phrase: str) -> KeyRing:
        """A key ring made from a phrase: for samples, tests and the demo only, never for real data."""
        identity, encryption, erasure = (hashlib.sha256(f"{use}:{phrase}".encode()).digest() for use in "ice")
        key_id = hashlib.sha256(b"key id" + identity).hexdigest()[:8]
        return cls(key_id, identity, urlsafe_b64encode(encryption), erasure)

    def save(self, path: Path) -> None:
        """Write the key file, readable by its owner only; never overwrites."""
        text = json.dumps(
            {
                "key_id": self.key_id,
                "algorithm": ALGORITHM,
                "identity": self.identity.hex(),
                "encryption": self.encryption.decode(),
                "erasure": self.erasure.hex(),
            },
            indent=1,
        )
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise UsageError(
                f"{path} exists already",
                "A key is never overwritten: data loaded with it would be lost.",
                f"{path} 已存在。密钥文件不得覆盖，否则以它入库的数据将无法使用。",
            ) from None
        with os.fdopen(handle, "w") as file:
            file.write(text + "\n")

    @classmethod
    def load(cls, path: Path) -> KeyRing:
        """Read a key file; UsageError names what is wrong with it."""
        try:
            data = json.loads(path.read_text())
            Fernet(data["encryption"])
            return cls(
                data["key_id"],
                bytes.fromhex(data["identity"]),
                data["encryption"].encode(),
                bytes.fromhex(data["erasure"]),
            )
        except FileNotFoundError:
            raise UsageError(
                f"no key file at {path}",
                "Make one: creditgraph key create",
                f"没有密钥文件 {path}。请生成：creditgraph key create",
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            raise UsageError(
                f"{path} is not a key file: {type(error).__name__}",
                "Restore it from its backup.",
                f"{path} 不是有效的密钥文件。请从备份恢复。",
            ) from None
