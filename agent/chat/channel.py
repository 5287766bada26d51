"""What the product asks of chats, in its own words. Adapters: `by_apprise` (Slack, Teams, Discord, …) and `memory`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Notice:
    """A few words for colleagues, without a customer's data."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one attempt. `outcome` is a sentence for people and holds no address or key."""

    sent: bool
    outcome: str = ""


class Channels(Protocol):
    """The company's chat channels, by the names that it gave them."""

    @property
    def names(self) -> Sequence[str]: ...

    def tell(self, name: str, notice: Notice) -> Told:
        """One attempt within seconds; faults are outcomes, not exceptions."""
        ...
