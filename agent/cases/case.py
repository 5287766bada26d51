"""The words for a case's life, shared by rules, tables and screens."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.triage.reading import FactorName


class CaseState(StrEnum):
    """Whose turn it is. `SPAM` keeps what was sorted away, so that it can be taken back."""

    OPEN = "open"
    WAITING_FOR_CUSTOMER = "waiting"
    DONE = "done"
    SPAM = "spam"


class Priority(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for critical … 3 for low: sorts the most urgent first."""
        return list(Priority).index(self)


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What the company knows of a customer (CRM or CSV). All fields but the address may be unknown."""

    email: str
    name: str = ""
    company: str = ""
    tier: str = ""  # A | B | C
    annual_revenue_eur: float | None = None
    language: str = ""
    owner: str = ""
    segment: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Factor:
    """Points for one reason, with the words or the record that show it."""

    name: FactorName
    points: int
    evidence: str


@dataclass(frozen=True, slots=True)
class PriorityDecision:
    """Level, the points it came from, and the instant (UTC) by which an answer is due.

    `deadline` is the instant (UTC) that the customer names, where there is one.
    """

    level: Priority
    score: int
    factors: tuple[Factor, ...]
    respond_by: datetime
    note: str = ""  # why the level differs from what the points alone give
    deadline: datetime | None = None
