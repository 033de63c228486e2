"""What a machine is, as a number: programs state that of the machine that they are for, hardware tells its own."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

__all__ = ["IDENTITY_BITS", "identity_of", "identity_text"]

IDENTITY_BITS = 32
_NAME = "name"  # of an accelerator and of its array: files and modules have it, no program means another thing by it


def identity_text(fields: Mapping[str, Any]) -> str:
    """The fields of an accelerator but the names, as one text: JSON with sorted keys and without spaces.

    Parameters
    ----------
    fields : mapping
        Of :meth:`lowtide.hw.config.accelerator_config.AcceleratorConfig.fields`.
    """
    own = {name: value for name, value in fields.items() if name != _NAME}
    own["array"] = {name: value for name, value in own["array"].items() if name != _NAME}
    return json.dumps(own, sort_keys=True, separators=(",", ":"))


def identity_of(fields: Mapping[str, Any]) -> int:
    """The first 32 bits of the text's SHA-256, most significant first; never 0, what no program states.

    Parameters
    ----------
    fields : mapping
        As of :func:`identity_text`.
    """
    digest = sha256(identity_text(fields).encode("ascii")).digest()
    return int.from_bytes(digest[: IDENTITY_BITS // 8], "big") or 1
