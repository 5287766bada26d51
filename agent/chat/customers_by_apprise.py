"""SMS, WhatsApp and chat through Apprise: one URL each, with `{to}` where the customer's address goes.

`{ref}`, where it stands, becomes the reference of the message: what the service calls it by in a report of delivery.

The URLs hold keys: they are never shown, logged or stored.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from agent.chat.by_apprise import PATIENCE_S, service_of
from agent.chat.customer_channels import Fate, Outcome

PLACE = "{to}"
REFERENCE = "{ref}"
SAMPLE = "+4520123456"
_NEVER_CONNECTED = re.compile(r"NewConnectionError|ConnectTimeout|NameResolutionError|Connection refused")
_ANSWERED_NO = re.compile(r"\berror[=:]\s*(?:4(?!08)\d\d|5(?!0[24])\d\d)\b", re.IGNORECASE)
"""A status that says no. 408, 502 and 504 say that somebody behind did not answer in time."""

_OF_THE_ATTEMPT = ("Failed", "Socket Exception")
"""How those of Apprise's notes begin that tell of the outcome; others hold the text that was sent."""


class AppriseCustomerChannels:
    """`agent.chat.customer_channels.CustomerChannels` over Apprise; `templates` by channel."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = dict(templates)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._templates)

    def send(self, name: str, to: str, text: str, reference: str = "") -> Outcome:
        template = self._templates.get(name)
        service = service_of(filled(template, to, reference)) if template else None
        if service is None:
            return Outcome(Fate.NOT_SENT, "The way to this channel is not one that Apprise knows.")
        import apprise

        service.socket_read_timeout = (
            2 * PATIENCE_S
        )  # a silent server ends the call below, which tells it apart
        group = apprise.Apprise(asset=service.asset)
        group.add(service)
        result = group.notify(body=text, body_format="text", timeout=PATIENCE_S, log_level=logging.DEBUG)
        if result:
            return Outcome(Fate.SENT, f"{service.service_name} took it.")
        if result.status == apprise.AppriseResultStatus.TIMEOUT:
            return Outcome(Fate.UNCERTAIN, f"{service.service_name} did not answer in time.")
        return _of_failure(service.service_name, _said(result))


def filled(template: str, to: str, reference: str = "") -> str:
    """The URL to one address."""
    return template.replace(PLACE, quote(to, safe="")).replace(REFERENCE, quote(reference, safe=""))


def is_usable(template: str) -> bool:
    """Whether Apprise can make something of the URL once an address is in it. Nothing is sent."""
    return service_of(filled(template, SAMPLE)) is not None


def _of_failure(service: str, said: str) -> Outcome:
    """A failure is safe to repeat only where the service was never reached, or answered that it takes nothing.

    Apprise tells this apart in its log alone; what it does not tell is uncertain.
    """
    if _NEVER_CONNECTED.search(said):
        return Outcome(Fate.NOT_SENT, f"{service} could not be reached.")
    if _ANSWERED_NO.search(said):
        return Outcome(Fate.NOT_SENT, f"{service} refused it.")
    return Outcome(Fate.UNCERTAIN, f"{service} did not say whether it was taken.")


def _said(result: Any) -> str:
    """What Apprise noted of the outcome. It may hold an address: it is looked at here and forgotten."""
    notes = (str(entry.message) for entry in result.logs())
    return "\n".join(note for note in notes if note.startswith(_OF_THE_ATTEMPT))
