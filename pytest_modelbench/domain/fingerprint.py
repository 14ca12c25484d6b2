"""Short names for what something depends on: equal inputs, equal fingerprint."""

import hashlib
import json

__all__ = ["FINGERPRINT_LENGTH", "fingerprint"]

# 64 bits: among a million answers a collision has a chance of 3 in 10^8.
FINGERPRINT_LENGTH = 16

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def fingerprint(value: object) -> str:
    """Return 16 hexadecimal digits that identify a JSON value whatever its keys' order.

    Args:
        value: Plain JSON data; anything else raises TypeError, since its text could change.
    """
    text = _ENCODER.encode(value)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:FINGERPRINT_LENGTH]
