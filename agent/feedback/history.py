"""What is known of one customer when it is decided whether to ask: the person, events, cases, earlier requests.

All are frozen values with aware instants. `column` gives what a condition may look at, by the same names that a table
of the database has, so that a condition means the same in memory and in SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

Value = str | bool | int | float | datetime | None


class Channel(StrEnum):
    """A way to reach a customer."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    CHAT = "chat"
    IN_APP = "in_app"
    WIDGET = "widget"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened with a customer, from a case or sent by API or webhook.

    `kind` is the sender's word (`login`, `case_closed`); `data` is flat. `id` tells two alike events apart.
    """

    kind: str
    at: datetime
    data: Mapping[str, Value] = field(default_factory=dict)
    id: str = ""

    def column(self, name: str) -> Value:
        return self.kind if name == "kind" else self.at if name == "at" else self.data.get(name)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as far as feedback is concerned. `closed_at` is None while it is open."""

    opened_at: datetime
    closed_at: datetime | None = None
    id: str = ""
    category: str = ""
    sentiment: str = ""  # the worst mood seen in it
    priority: str = ""
    complaint: bool = False  # see `agent.feedback.timing.suppression.is_complaint`

    def column(self, name: str) -> Value:
        value: Value = getattr(self, name, None)
        return value


@dataclass(frozen=True, slots=True)
class Asked:
    """One message of a request that left. The steps of one request over several channels share `request`."""

    at: datetime
    request: str
    survey: str = ""
    channel: Channel = Channel.EMAIL
    answered_at: datetime | None = None
    bounced: bool = False

    def column(self, name: str) -> Value:
        value: Value = getattr(self, name, None)
        return value


@dataclass(frozen=True, slots=True)
class Customer:
    """The person to ask. `reachable` holds the channels for which there is an address.

    `opted_out` holds `all`, channels or surveys by name; `objected` is the right to object (GDPR, Art. 21);
    `zone` is None where it is not known.
    """

    business: bool = True
    country: str = ""  # ISO 3166, "DK"
    subdivision: str = ""  # ISO 3166-2 without the country, "BY": some holidays are a state's own
    zone: ZoneInfo | None = None
    language: str = ""
    preferred: Channel | None = None
    reachable: frozenset[Channel] = frozenset({Channel.EMAIL})
    bounced: frozenset[Channel] = frozenset()
    opted_out: frozenset[str] = frozenset()
    objected: bool = False
    since: datetime | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)

    def column(self, name: str, now: datetime) -> Value:
        """An attribute by name; `customer_days` counts whole days since the relationship began."""
        if name == "customer_days":
            return None if self.since is None else (now - self.since).days
        if name in {"business", "country", "language"}:
            value: Value = getattr(self, name)
            return value
        return self.attributes.get(name)


@dataclass(frozen=True, slots=True)
class History:
    """All that a decision looks at. The order of the rows carries no meaning."""

    customer: Customer = field(default_factory=Customer)
    events: tuple[Event, ...] = ()
    cases: tuple[CaseFacts, ...] = ()
    asked: tuple[Asked, ...] = ()

    def without(self, event: Event) -> "History":
        """The same history as if `event` had not happened: tells whether it was this event that tipped a count."""
        events = list(self.events)
        if event in events:
            events.remove(event)
        return replace(self, events=tuple(events))
