"""The hidden key that binds a template to its cycle and its sales rep."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from sop_app.kernel.errors import AppError
from sop_app.system.config import signing_key

KEY_SHEET = "_key"
_PURPOSE = b"forecast-template:"


@dataclass(frozen=True)
class TemplateKey:
    """Whose rows of which cycle a template holds."""

    cycle_id: int
    rep_id: int


class ForeignTemplateError(AppError):
    """An uploaded workbook is no template of this cycle and person."""


def sign_key(key: TemplateKey) -> tuple[str, str]:
    """Write a key as the two texts of the hidden sheet: what it says, and the signature."""
    payload = json.dumps(asdict(key), separators=(",", ":"))
    return payload, _signature(payload)


def read_key(payload: str, signature: str) -> TemplateKey:
    """Read a key that ``sign_key`` wrote.

    Raises:
        ForeignTemplateError: The signature does not fit: the sheet was changed, or made elsewhere.
    """
    if not hmac.compare_digest(_signature(payload).encode(), signature.encode(errors="replace")):
        raise ForeignTemplateError(
            "The hidden key of this template was changed or made by another installation. "
            "Download a new template."
        )
    return TemplateKey(**json.loads(payload))


def _signature(payload: str) -> str:
    message = _PURPOSE + payload.encode(errors="replace")
    return hmac.new(signing_key(), message, hashlib.sha256).hexdigest()
