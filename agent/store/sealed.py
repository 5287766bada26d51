"""Secrets at rest: mailbox passwords are kept encrypted with a key derived from GENKLANG_SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from agent.errors import SettingError

_PURPOSE = b"genklang/sealed/v1"  # the same secret key signs forms and Message-IDs: each use has its own key


def seal(secret_key: bytes, text: str) -> str:
    """`text`, encrypted and authenticated (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return _fernet(secret_key).encrypt(text.encode()).decode("ascii")


def unseal(secret_key: bytes, sealed: str) -> str:
    """The text again. Raises `SettingError` when the secret key is not the one that sealed it."""
    try:
        return _fernet(secret_key).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError):
        raise SettingError(
            "A stored password cannot be read: GENKLANG_SECRET_KEY is not the key it was stored with.",
            code="secret_key.changed",
            remedy="Restore the former key (secret.key in GENKLANG_HOME), or add the mailbox again.",
        ) from None


def _fernet(secret_key: bytes) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key)
    return Fernet(base64.urlsafe_b64encode(key))
