"""An address that a person typed or a file holds, as opposed to one that a mail claims."""

import re

from agent.errors import WrongUse

_ADDRESS = re.compile(
    r"[^\s<>@,;:\"()\[\]\\]{1,64}@(?:[^\s<>@,;:\"()\[\]\\.]{1,63}\.)*[^\s<>@,;:\"()\[\]\\.]{1,63}"
)


def typed_address(text: str) -> str:
    """The address in lower case, so that it is found however it is written. Raises `WrongUse` for anything else."""
    address = text.strip().lower()
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise WrongUse(
            f"{text.strip()[:80]!r} is not an e-mail address.",
            code="address.malformed",
            remedy="Write it as name@example.com.",
        )
    return address
