"""What the product asks of the ways to write to customers beside e-mail: SMS, WhatsApp and chat, in its own words.

Adapters: `customers_by_apprise`, and `MemoryCustomerChannels` for tests and for a company that has none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Fate(StrEnum):
    """What became of one attempt. Only what has certainly not left may be tried again."""

    SENT = "sent"
    NOT_SENT = "not_sent"  # it never reached the service, or the service said no
    UNCERTAIN = "uncertain"  # handed over, and nobody said whether it was taken


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt; `words` is a sentence for people and holds no address, key or text."""

    fate: Fate
    words: str = ""


class CustomerChannels(Protocol):
    """The ways that are set up, by the names of `agent.feedback.history.Channel`."""

    @property
    def names(self) -> frozenset[str]: ...

    def send(self, name: str, to: str, text: str, reference: str = "") -> Outcome:
        """One attempt within seconds to bring `text` to the address `to`; faults are outcomes, not exceptions.

        `reference` is what a service that reports back later calls the message by.
        """
        ...


class MemoryCustomerChannels:
    """Keeps what was sent as (channel, address, text); a channel in `fates` has the fate that stands there."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(names)
        self.sent: list[tuple[str, str, str]] = []
        self.references: list[str] = []
        self.fates: dict[str, Fate] = {}

    @property
    def names(self) -> frozenset[str]:
        return self._names

    def send(self, name: str, to: str, text: str, reference: str = "") -> Outcome:
        fate = self.fates.get(name, Fate.SENT if name in self._names else Fate.NOT_SENT)
        if fate is not Fate.NOT_SENT:
            self.sent.append((name, to, text))
            self.references.append(reference)
        return Outcome(fate, f"The service says: {fate}.")
